"""The table of guides: headings, summaries, paths and groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """One guide: ``key`` names its URL and template, ``slug`` is its path, ``icon`` a lucide name.

    ``group`` is its heading on the index.
    """

    key: str
    slug: str
    heading: Promise
    summary: Promise
    icon: str
    group: Promise

    @property
    def template(self) -> str:
        return f"guides/{self.key}.html"

    @property
    def path(self) -> str:
        return reverse(f"guides:{self.key}")


IDENTIFYING = _("Para identificarte")
PROCEDURES = _("Tus trámites y documentos")
FAILING = _("Si algo falla")
PORTAL = _("Sobre este portal")

TOPICS = (
    Topic(
        "clave_pin",
        "clave-pin",
        _("Cómo usar Cl@ve PIN"),
        _("Qué necesitas, la primera vez, las siguientes y qué hacer si falla"),
        "key-round",
        IDENTIFYING,
    ),
    Topic(
        "pin_app",
        "app-clave-pin",
        _("La APP Cl@ve PIN en Android"),
        _("Conseguirla, activarla y leer el código y el PIN"),
        "smartphone",
        IDENTIFYING,
    ),
    Topic(
        "sms",
        "sms",
        _("Recibir el PIN por SMS"),
        _("A qué móvil llega, cuánto dura y qué hacer si no llega"),
        "message-square-text",
        IDENTIFYING,
    ),
    Topic(
        "support_number",
        "numero-de-soporte",
        _("Dónde está el número de soporte"),
        _("Si tienes NIE: en la tarjeta o en el certificado de la Unión Europea"),
        "id-card",
        IDENTIFYING,
    ),
    Topic(
        "issue_date",
        "fecha-de-expedicion",
        _("Dónde está la fecha de expedición"),
        _("Si tienes DNI: en el nuevo, en los anteriores y en los antiguos"),
        "calendar-days",
        IDENTIFYING,
    ),
    Topic(
        "identification",
        "identificacion",
        _("Formas de identificarse"),
        _("Qué es cada una, para qué sirve y cuál se puede usar ya aquí"),
        "badge-check",
        IDENTIFYING,
    ),
    Topic(
        "documents",
        "documentos",
        _("Tus documentos"),
        _("Encontrarlos, abrirlos, compartirlos, cambiarles el nombre y borrarlos"),
        "file-text",
        PROCEDURES,
    ),
    Topic(
        "other_person",
        "otra-persona",
        _("Hacer un trámite de otra persona"),
        _("Con su Cl@ve PIN y su móvil; y qué pasa con los representantes"),
        "users",
        PROCEDURES,
    ),
    Topic(
        "something_fails",
        "si-algo-falla",
        _("Qué hacer si algo falla"),
        _("Cl@ve, el SMS, un organismo, un documento o un móvil perdido"),
        "life-buoy",
        FAILING,
    ),
    Topic(
        "questions",
        "preguntas",
        _("Preguntas y respuestas"),
        _("Busca entre las dudas más corrientes, o haz la tuya"),
        "messages-square",
        FAILING,
    ),
    Topic(
        "about",
        "acerca-de",
        _("Acerca de Trámites"),
        _("Qué es, quién responde de él y de dónde salen sus textos"),
        "info",
        PORTAL,
    ),
    Topic(
        "privacy",
        "privacidad",
        _("Privacidad"),
        _("Qué datos se usan, para qué, cuánto tiempo y qué derechos tienes"),
        "lock",
        PORTAL,
    ),
    Topic(
        "accessibility",
        "accesibilidad",
        _("Declaración de accesibilidad"),
        _("Qué se cumple, qué no, y cómo avisar o reclamar"),
        "accessibility",
        PORTAL,
    ),
)
"""In the order in which people need them; the guides of a group are adjacent."""


def grouped() -> Iterator[tuple[Promise, list[Topic]]]:
    """Yield each group's heading and its guides."""
    for group, topics in groupby(TOPICS, lambda topic: topic.group):
        yield group, list(topics)
