"""The data that a version asks for before identification."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.required_data.checks import datum_errors


class DatumType(models.TextChoices):
    YEAR = "year", _("año")
    DATE = "date", _("fecha")
    PERIOD = "period", _("periodo")
    CHOICE = "choice", _("opción")
    YES_NO = "yes_no", _("sí o no")
    TEXT = "text", _("texto")
    NUMBER = "number", _("número")
    AMOUNT = "amount", _("cantidad en euros")
    EMAIL = "email", _("correo electrónico")
    IBAN = "iban", _("cuenta bancaria (IBAN)")
    IDENTITY_NUMBER = "identity_number", _("DNI o NIE de otra persona")
    ADDRESS = "address", _("dirección postal")
    PLATE = "plate", _("matrícula")
    CADASTRAL_REFERENCE = "cadastral_reference", _("referencia catastral")
    SOCIAL_SECURITY_NUMBER = "social_security_number", _("número de la Seguridad Social")


class RequiredDatum(models.Model):
    """One question of the start form. Its key names the form field and the input.

    ``procedures.required_data.bounds`` defines what ``minimum``, ``maximum`` and ``default`` may contain.
    """

    version = models.ForeignKey("ProcedureVersion", on_delete=models.CASCADE, related_name="required_data")
    key = models.CharField(_("clave"), max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")])
    type = models.CharField(_("tipo"), max_length=24, choices=DatumType.choices)
    order = models.PositiveSmallIntegerField(_("orden"), default=0)
    required = models.BooleanField(_("obligatorio"), default=True)
    label = models.CharField(_("pregunta"), max_length=120)
    hint = models.CharField(_("ayuda"), max_length=240, blank=True, default="")
    minimum = models.CharField(_("mínimo"), max_length=12, blank=True, default="")
    maximum = models.CharField(_("máximo"), max_length=12, blank=True, default="")
    default = models.CharField(_("valor inicial"), max_length=40, blank=True, default="")
    max_months = models.PositiveSmallIntegerField(_("meses como máximo"), default=0)
    options: models.JSONField[Any, Any] = models.JSONField(
        _("opciones"), default=list, blank=True, help_text=_('[{"value": "a", "label": {"es": "…", "en": "…"}}]')
    )

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="unique_key_per_version")]
        verbose_name = _("dato necesario")
        verbose_name_plural = _("datos necesarios")

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        if errors := datum_errors(self):
            raise ValidationError(errors)
