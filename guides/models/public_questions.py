"""Public questions with their answers."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import languages
from guides.answers import errors_in


def new_key() -> str:
    return uuid4().hex


class PublicQuestion(models.Model):
    """A frequent question and its answer, in the markup that ``guides.answers`` describes."""

    class Section(models.TextChoices):
        PORTAL = "portal", _("Sobre este portal")
        DATA = "data", _("Tus datos y tu PIN")
        CLAVE = "clave", _("Identificarte con Cl@ve")
        RESULTS = "results", _("Resultados y documentos")

    class Where(models.TextChoices):
        EVERYWHERE = "everywhere", _("siempre")
        IN_TRIAL = "in_trial", _("solo en pruebas, con el simulador")
        IN_SERVICE = "in_service", _("solo en servicio, sin el simulador")

    key = models.SlugField(_("clave"), max_length=60, unique=True, default=new_key, editable=False)
    section = models.CharField(_("sección"), max_length=8, choices=Section.choices)
    question = models.CharField(_("pregunta"), max_length=200)
    answer = models.TextField(
        _("respuesta"),
        help_text=_(
            "Párrafos separados por una línea en blanco; «- » o «1. » al principio de cada línea de una lista; "
            "[texto](guides:sms) o [texto](https://…) para un enlace; {pin_minutes} y otros límites entre llaves."
        ),
    )
    where = models.CharField(_("dónde"), max_length=10, choices=Where.choices, default=Where.EVERYWHERE)
    order = models.PositiveSmallIntegerField(_("orden"), default=0)
    is_shown = models.BooleanField(_("se muestra"), default=True)
    loaded_digest = models.CharField(max_length=64, default="", blank=True, editable=False)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("pregunta con respuesta")
        verbose_name_plural = _("preguntas con respuesta")

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        """Refuse links that lead nowhere and limits that do not exist, in any language."""
        errors: dict[str, Any] = {}
        for field in languages.columns("answer"):
            if found := errors_in(getattr(self, field) or ""):
                errors[field] = found
        if errors:
            raise ValidationError(errors)
