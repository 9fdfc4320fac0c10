"""Per-entity call settings, which all the connectors of the entity share."""

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

MAX_CREDENTIAL_LENGTH = 4000
RESERVED_HEADERS = frozenset(
    {
        "accept", "authorization", "connection", "content-encoding", "content-length", "content-type", "cookie",
        "expect", "host", "idempotency-key", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent",
    }
)  # fmt: skip
"""Headers set by the call itself, which a credential must not replace."""


class CredentialUnreadable(Exception):
    """The sealed credential cannot be opened."""


class ConnectorProfileQuerySet(models.QuerySet["ConnectorProfile"]):
    def call_options(self, entity_id: int) -> CallOptions:
        """Return how to call this entity. Raises ``CredentialUnreadable``."""
        profile = self.filter(pk=entity_id).first()
        return profile.call_options if profile else CallOptions()


class ConnectorProfile(Revisioned):
    """Credential, time-outs (in seconds) and slots of an entity's back end; empty fields follow the settings.

    The credential is sent in a header of its own beside the token that the portal signs. It is sealed and never shown.
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
        errors: dict[str, str] = {}
        if self.credential_header and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", self.credential_header):
            errors["credential_header"] = str(_("Escribe el nombre de una cabecera: letras, números y guiones"))
        elif self.credential_header.lower() in RESERVED_HEADERS:
            errors["credential_header"] = str(_("Esa cabecera ya la pone el portal. Escribe otra"))
        if self.read_seconds and self.total_seconds and self.read_seconds > self.total_seconds:
            errors["total_seconds"] = str(_("No puede ser menos que la espera de una respuesta"))
        if errors:
            raise ValidationError(errors)

    def set_credential(self, credential: str) -> None:
        """Seal the credential (``""`` removes it), without saving the row."""
        self.credential_cell = seal(credential, place(self, "credential_cell", self.pk)) if credential else b""
        self.credential_set_at = timezone.now() if credential else None

    @property
    def call_options(self) -> CallOptions:
        """Raises ``CredentialUnreadable``."""
        try:
            credential = self.credential
        except SealBroken as broken:
            raise CredentialUnreadable(self.entity_id) from broken
        headers = {self.credential_header: credential} if self.credential_header and credential else {}
        return CallOptions(headers, self.read_seconds, self.total_seconds, self.slots)
