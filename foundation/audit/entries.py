"""The entries of the audit log, each chained to the one before, and the head that says which is the last."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, Self, cast

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.audit import details
from foundation.audit.keys import audit_keys, seal

GENESIS = "0" * 64
"""What the first entry has as its previous hash."""
BROKEN = "f" * 64
"""What an entry has as its previous hash when the head was not to be believed: the chain shows it for ever."""
ATTEMPTS = 50


class AppendOnly(Exception):
    """An entry is written once, by ``record``; it is never changed nor deleted."""


class AuditEntries(models.QuerySet["AuditEntry"]):
    def after(self, number: int) -> Self:
        """Those with a higher number, in their order."""
        return self.filter(number__gt=number).order_by("number")

    def before(self, number: int) -> Self:
        """Those with a lower number, the latest first."""
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
    """Who did what to what, and when: numbered 1, 2, 3… without gaps."""

    number = models.BigIntegerField(_("número"), primary_key=True)
    moment = models.DateTimeField(_("cuándo"), db_index=True)
    actor = models.CharField(_("quién"), max_length=details.LONGEST_ACTOR, blank=True)
    action = models.CharField(_("qué"), max_length=details.LONGEST_ACTION, db_index=True)
    target = models.CharField(_("a qué"), max_length=details.LONGEST_TARGET, blank=True, db_index=True)
    detail = models.TextField(_("detalle"), default="{}")
    key_id = models.CharField(_("clave"), max_length=16)
    previous = models.CharField(_("sello anterior"), max_length=64)
    hash = models.CharField(_("sello"), max_length=64)

    objects = AuditEntries.as_manager()

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
    def content(self) -> dict[str, details.Value]:
        """The detail as it was given; ``{}`` when it cannot be read any more."""
        try:
            content = json.loads(self.detail)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def right_hash(self) -> str | None:
        """What its hash must be; None when its key is not known."""
        moment = self.moment.astimezone(UTC).isoformat(timespec="microseconds")
        parts: list[str | int] = [self.number, moment, self.actor, self.action, self.target, self.detail, self.previous]
        return seal("entry", parts, self.key_id)


class AuditHead(models.Model):
    """One row: the number and hash of the last entry, sealed, so that a dropped tail is seen."""

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

    @classmethod
    def locked(cls) -> "AuditHead":
        """The head, held until the transaction ends; made when nothing was ever recorded."""
        held = cls.objects.select_for_update()
        return held.filter(pk=1).first() or held.get_or_create(pk=1, defaults=_head_at(0, GENESIS))[0]

    @property
    def is_believed(self) -> bool:
        return self.seal == seal("head", [self.number, self.hash], self.key_id)

    def move_to(self, entry: AuditEntry) -> bool:
        """Make the entry the last one, if nobody was quicker."""
        still_here = AuditHead.objects.filter(pk=1, number=self.number, hash=self.hash)
        return bool(still_here.update(**_head_at(entry.number, entry.hash)))


def _head_at(number: int, last: str) -> dict[str, Any]:
    key_id = audit_keys().primary
    return {"number": number, "hash": last, "key_id": key_id, "seal": seal("head", [number, last], key_id)}


def append(action: str, actor: str, target: str, detail: Mapping[str, object]) -> AuditEntry:
    """Write the next entry, in the transaction that there is.

    From then on until it ends, others who append wait for it. Raises ``DatabaseError`` and ``ImproperlyConfigured``.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                return _appended(action, actor, target, detail)
        except IntegrityError:  # somebody put a row past the head, or took the head away: go on, and let it be seen
            last = AuditEntry.objects.aggregate(last=Max("number"))["last"] or 0
            return _appended(action, actor, target, detail, past=last)


def _appended(action: str, actor: str, target: str, detail: Mapping[str, object], past: int = 0) -> AuditEntry:
    for _attempt in range(ATTEMPTS):
        head = AuditHead.locked()
        is_whole = head.is_believed and not past
        entry = AuditEntry(
            number=max(head.number, past) + 1,
            moment=_now(),
            actor=details.line_of(actor, details.LONGEST_ACTOR),
            action=details.name_of(action, details.LONGEST_ACTION),
            target=details.line_of(target, details.LONGEST_TARGET),
            detail=details.canonical(detail),
            key_id=audit_keys().primary,
            previous=head.hash if is_whole else BROKEN,
        )
        entry.hash = cast(str, entry.right_hash())
        if head.move_to(entry):
            models.Model.save(entry, force_insert=True)
            return entry
    raise IntegrityError("the head of the audit log moves all the time")


def _now() -> datetime:
    return timezone.now().astimezone(UTC)
