"""The guides: what each is called, what it answers and where it stands."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """One guide: ``key`` names its URL and its template, ``slug`` is its path, ``icon`` a name of lucide."""

    key: str
    slug: str
    heading: Promise
    summary: Promise
    icon: str

    @property
    def template(self) -> str:
        return f"guides/{self.key}.html"

    @property
    def path(self) -> str:
        return reverse(f"guides:{self.key}")


TOPICS = (
    Topic(
        "clave_pin",
        "clave-pin",
        _("Cómo usar Cl@ve PIN"),
        _("Qué necesitas, la primera vez, las siguientes y qué hacer si falla"),
        "key-round",
    ),
    Topic(
        "pin_app",
        "app-clave-pin",
        _("La APP Cl@ve PIN en Android"),
        _("Conseguirla, activarla y leer el código y el PIN"),
        "smartphone",
    ),
    Topic(
        "sms",
        "sms",
        _("Recibir el PIN por SMS"),
        _("A qué móvil llega, cuánto dura y qué hacer si no llega"),
        "message-square-text",
    ),
    Topic(
        "support_number",
        "numero-de-soporte",
        _("Dónde está el número de soporte"),
        _("Si tienes NIE: en la tarjeta o en el certificado de la Unión Europea"),
        "id-card",
    ),
    Topic(
        "issue_date",
        "fecha-de-expedicion",
        _("Dónde está la fecha de expedición"),
        _("Si tienes DNI: en el nuevo, en los anteriores y en los antiguos"),
        "calendar-days",
    ),
    Topic(
        "documents",
        "documentos",
        _("Tus documentos"),
        _("Encontrarlos, abrirlos, compartirlos, cambiarles el nombre y borrarlos"),
        "file-text",
    ),
    Topic(
        "questions",
        "preguntas",
        _("Preguntas y respuestas"),
        _("Las dudas más corrientes y qué hacer cuando algo falla"),
        "messages-square",
    ),
)
"""In the order in which people need them."""
