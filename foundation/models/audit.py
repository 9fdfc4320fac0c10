"""The rows of the audit log; ``foundation.audit`` writes, chains and verifies them."""

import json
from typing import Any, NoReturn, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

GENESIS = "0" * 64
"""The previous hash of the first entry."""
ACTOR_LENGTH, ACTION_LENGTH, TARGET_LENGTH = 150, 80, 160


class AppendOnly(Exception):
    """An entry is written once, by ``foundation.audit``, and never changed or deleted."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def after(self, number: int) -> Self:
        """Return the entries with a higher number, oldest first."""
        return self.filter(number__gt=number).order_by("number")

    def before(self, number: int) -> Self:
        """Return the entries with a lower number, newest first."""
        return self.filter(number__lt=number).order_by("-number")

    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_create(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly


class AuditEntry(models.Model):
    """Who did what to what, and when; numbered 1, 2, 3… without gaps."""

    number = models.BigIntegerField(_("número"), primary_key=True)
    moment = models.DateTimeField(_("cuándo"), db_index=True)
    actor = models.CharField(_("quién"), max_length=ACTOR_LENGTH, blank=True)
    action = models.CharField(_("qué"), max_length=ACTION_LENGTH, db_index=True)
    target = models.CharField(_("a qué"), max_length=TARGET_LENGTH, blank=True, db_index=True)
    detail = models.TextField(_("detalle"), default="{}")
    key_id = models.CharField(_("clave"), max_length=16)
    previous = models.CharField(_("sello anterior"), max_length=64)
    hash = models.CharField(_("sello"), max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        default_permissions = ("view",)
        permissions = [("export_auditentry", _("Exportar el registro de auditoría"))]
        indexes = [models.Index(fields=["actor", "-number"], name="audit_of_an_actor")]
        verbose_name = _("entrada del registro")
        verbose_name_plural = _("registro de auditoría")

    def __str__(self) -> str:
        return f"{self.number} · {self.action}"

    def save(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly

    @property
    def content(self) -> dict[str, Any]:
        """The detail as a mapping; ``{}`` when it is no longer valid JSON."""
        try:
            content = json.loads(self.detail)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


class AuditHead(models.Model):
    """The only row: number and hash of the last entry, sealed so that a truncated log is noticed."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    key_id = models.CharField(max_length=16)
    seal = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def current(cls) -> "AuditHead | None":
        return cls.objects.filter(pk=1).first()
