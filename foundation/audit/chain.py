"""The hash chain of the audit log: appending an entry to it, and what each entry's hash must be."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, cast

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from foundation.audit import details
from foundation.audit.keys import audit_keys, seal
from foundation.models.audit import ACTION_LENGTH, ACTOR_LENGTH, GENESIS, TARGET_LENGTH, AuditEntry, AuditHead

BROKEN = "f" * 64
"""The previous hash of an entry that was appended to a forged head, so that the break stays visible for good."""
ATTEMPTS = 50


def expected_hash(entry: AuditEntry) -> str | None:
    """Return the hash that an entry with this content must have; None when AUDIT_KEY does not hold its key."""
    moment = entry.moment.astimezone(UTC).isoformat(timespec="microseconds")
    content = (moment, entry.actor, entry.action, entry.target, entry.detail, entry.previous)
    return seal("entry", (entry.number, *content), entry.key_id)


def is_authentic(head: AuditHead) -> bool:
    """Return whether the portal itself wrote the head."""
    return head.seal == seal("head", [head.number, head.hash], head.key_id)


def append(action: str, actor: str, target: str, detail: Mapping[str, object]) -> AuditEntry:
    """Write the next entry within the current transaction; other writers wait until that ends.

    Raises ``DatabaseError`` and ``ImproperlyConfigured``.
    """
    try:
        with transaction.atomic():
            return _append(action, actor, target, detail)
    except IntegrityError:  # there is a row beyond the head, or no head any more: continue, and let the break show
        with transaction.atomic():
            last = AuditEntry.objects.aggregate(last=Max("number"))["last"] or 0
            return _append(action, actor, target, detail, last=last)


def _append(action: str, actor: str, target: str, detail: Mapping[str, object], last: int = 0) -> AuditEntry:
    for _attempt in range(ATTEMPTS):
        head = _lock_head()
        is_intact = is_authentic(head) and not last
        entry = AuditEntry(
            number=max(head.number, last) + 1,
            moment=timezone.now(),
            actor=details.single_line(actor, ACTOR_LENGTH),
            action=details.identifier(action, ACTION_LENGTH),
            target=details.single_line(target, TARGET_LENGTH),
            detail=details.canonical_json(detail),
            key_id=audit_keys().primary,
            previous=head.hash if is_intact else BROKEN,
        )
        entry.hash = cast(str, expected_hash(entry))
        if _move_head(head, entry):
            models.Model.save(entry, force_insert=True)
            return entry
    raise IntegrityError("the head of the audit log keeps moving")


def _lock_head() -> AuditHead:
    """Return the head, locked until the transaction ends; create it for the very first entry."""
    rows = AuditHead.objects.select_for_update()
    return rows.filter(pk=1).first() or rows.get_or_create(pk=1, defaults=_head_values(0, GENESIS))[0]


def _move_head(head: AuditHead, entry: AuditEntry) -> bool:
    """Make the entry the last one; return False when another writer has moved the head."""
    unmoved = AuditHead.objects.filter(pk=1, number=head.number, hash=head.hash)
    return bool(unmoved.update(**_head_values(entry.number, entry.hash)))


def _head_values(number: int, last_hash: str) -> dict[str, Any]:
    key_id = audit_keys().primary
    return {"number": number, "hash": last_hash, "key_id": key_id, "seal": seal("head", [number, last_hash], key_id)}
