"""How one body is called: what all the connectors of an entity have in common."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.revisions import Revisioned
from foundation.vault import SealedText
from procedures.models.catalogue import Entity


class ConnectorProfile(Revisioned):
    """Credential, time-outs (seconds) and places of an entity's back end; what is empty is as the settings say.

    The credential goes in a header of its own beside the token that the portal signs; it is sealed, and never shown.
    """

    entity = models.OneToOneField(
        Entity, on_delete=models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("organismo")
    )
    credential_header = models.CharField(
        _("cabecera de la credencial"),
        max_length=40,
        blank=True,
        default="",
        validators=[RegexValidator(r"^[A-Za-z][A-Za-z0-9-]*$")],
    )
    credential_cell = models.BinaryField(default=bytes, editable=False)
    read_seconds = models.FloatField(
        _("segundos de espera de una respuesta"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(120)],
    )
    total_seconds = models.FloatField(
        _("segundos en total"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(300)]
    )
    slots = models.PositiveSmallIntegerField(
        _("llamadas a la vez"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    alert_failures = models.PositiveSmallIntegerField(
        _("fallos por hora que avisan"), default=10, help_text=_("0: no avisar")
    )
    alerted_at = models.DateTimeField(null=True, blank=True, editable=False)

    credential = SealedText("credential_cell")

    class Meta:
        verbose_name = _("conexión")
        verbose_name_plural = _("conexiones")

    def __str__(self) -> str:
        return str(self.entity)
