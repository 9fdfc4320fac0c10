"""How one body is called: what all the connectors of an entity have in common."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accesses.connectors.base import CallOptions
from foundation.models import Revisioned
from foundation.vault import SealBroken, SealedText, place, seal
from procedures.models.catalogue import Entity

LONGEST_CREDENTIAL = 4000
OURS = frozenset(
    {
        "accept", "authorization", "connection", "content-encoding", "content-length", "content-type", "cookie",
        "expect", "host", "idempotency-key", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent",
    }
)  # fmt: skip
"""Headers that the call itself makes: a credential in their place would break it."""


class CredentialBroken(Exception):
    """The credential cannot be read."""


class ConnectorProfileQuerySet(models.QuerySet["ConnectorProfile"]):
    def call_options(self, entity_id: int) -> CallOptions:
        """Return how this entity is called; raise ``CredentialBroken``."""
        profile = self.filter(pk=entity_id).first()
        return profile.call_options if profile else CallOptions()


class ConnectorProfile(Revisioned):
    """Credential, time-outs (seconds) and places of an entity's back end; what is empty is as the settings say.

    The credential goes in a header of its own beside the token that the portal signs; it is sealed, and never shown.
    """

    entity = models.OneToOneField(
        Entity, on_delete=models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("organismo")
    )
    credential_header = models.CharField(
        _("cabecera de la credencial"), max_length=40, blank=True, default="", help_text=_("Por ejemplo, X-Api-Key")
    )
    credential_cell = models.BinaryField(default=bytes, editable=False)
    credential_set_at = models.DateTimeField(null=True, blank=True, editable=False)
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

    objects = ConnectorProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("conexión")
        verbose_name_plural = _("conexiones")

    def __str__(self) -> str:
        return str(self.entity)

    def clean(self) -> None:
        wrong: dict[str, str] = {}
        if self.credential_header and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", self.credential_header):
            wrong["credential_header"] = str(_("Escribe el nombre de una cabecera: letras, números y guiones"))
        elif self.credential_header.lower() in OURS:
            wrong["credential_header"] = str(_("Esa cabecera ya la pone el portal. Escribe otra"))
        if self.read_seconds and self.total_seconds and self.read_seconds > self.total_seconds:
            wrong["total_seconds"] = str(_("No puede ser menos que la espera de una respuesta"))
        if wrong:
            raise ValidationError(wrong)

    def set_credential(self, credential: str) -> None:
        """Keep it sealed; ``""`` removes it. The row is not saved yet."""
        self.credential_cell = seal(credential, place(self, "credential_cell", self.pk)) if credential else b""
        self.credential_set_at = timezone.now() if credential else None

    @property
    def call_options(self) -> CallOptions:
        """How the entity is called; raise ``CredentialBroken``."""
        try:
            credential = self.credential
        except SealBroken as broken:
            raise CredentialBroken(self.entity_id) from broken
        headers = {self.credential_header: credential} if self.credential_header and credential else {}
        return CallOptions(headers, self.read_seconds, self.total_seconds, self.slots)
