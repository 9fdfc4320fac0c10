"""How often a subject may do something within a rolling window.

One row a (kind, subject); it holds the moments of what was spent, and is changed only by a conditional update on its
version, so that parallel requests can never spend more than the ceiling together. *Strangers* (devices that never
verified the identity concerned) may spend at most half of it: nobody can lock another person out.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.utils import timezone

ATTEMPTS = 50


@dataclass(frozen=True)
class Limit:
    """``ceiling`` spends in ``window``; ``kind`` names what is spent."""

    kind: str
    ceiling: int
    window: timedelta

    def ceiling_for(self, *, stranger: bool) -> int:
        return self.ceiling // 2 if stranger else self.ceiling


class SpendingQuerySet(models.QuerySet["Spending"]):
    def idle(self) -> Self:
        """Rows untouched for so long that no window can still count them."""
        return self.filter(changed_at__lt=timezone.now() - timedelta(days=2))


class Spending(models.Model):
    """What one subject (a blind index) has spent of one kind: ``entries`` is ``[[key, moment, stranger], …]``."""

    kind = models.CharField(max_length=32)
    subject = models.BinaryField(max_length=32)
    entries: models.JSONField[Any, Any] = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SpendingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="one_spending_a_subject")]

    def __str__(self) -> str:
        return self.kind

    def live(self, window: timedelta) -> list[list[Any]]:
        since = timezone.now().timestamp() - window.total_seconds()
        return [entry for entry in self.entries if entry[1] > since]

    def replace(self, entries: list[list[Any]]) -> bool:
        """Write the entries if nobody else has meanwhile."""
        changed = Spending.objects.filter(pk=self.pk, version=self.version).update(
            entries=entries, version=self.version + 1, changed_at=timezone.now()
        )
        return bool(changed)


class Contended(Exception):
    """The row changed under us too many times in a row; nothing was spent."""


def spend(limit: Limit, subjects: Sequence[bytes], key: str, *, stranger: bool) -> bool:
    """Spend one, remembered under ``key`` so that it can be given back; False when nothing is left.

    ``subjects`` are the blind indexes of one subject under every live key, the primary one first: that one is written,
    and what was spent under the others counts too.
    """
    former = _live(limit, subjects[1:])
    for attempt in range(ATTEMPTS):
        row = _row(limit.kind, subjects[0])
        live = row.live(limit.window)
        if not _room(limit, [*former, *live], stranger=stranger):
            return False
        if row.replace([*live, [key, timezone.now().timestamp(), stranger]]):
            return True
        time.sleep(0.001 * attempt)
    raise Contended(limit.kind)


def give_back(limit: Limit, subjects: Sequence[bytes], key: str) -> None:
    """Undo what was spent under ``key``; nothing happens when it is not there."""
    for subject in subjects:
        _give_back(limit, subject, key)


def _give_back(limit: Limit, subject: bytes, key: str) -> None:
    for attempt in range(ATTEMPTS):
        row = Spending.objects.filter(kind=limit.kind, subject=subject).first()
        if row is None or row.replace([entry for entry in row.live(limit.window) if entry[0] != key]):
            return
        time.sleep(0.001 * attempt)
    raise Contended(limit.kind)


def is_left(limit: Limit, subjects: Sequence[bytes], *, stranger: bool) -> bool:
    """Whether ``spend`` would succeed now."""
    return _room(limit, _live(limit, subjects), stranger=stranger)


def _live(limit: Limit, subjects: Sequence[bytes]) -> list[list[Any]]:
    if not subjects:
        return []
    rows = Spending.objects.filter(kind=limit.kind, subject__in=subjects)
    return [entry for row in rows for entry in row.live(limit.window)]


def _room(limit: Limit, live: list[list[Any]], *, stranger: bool) -> bool:
    if len(live) >= limit.ceiling:
        return False
    return not stranger or sum(1 for entry in live if entry[2]) < limit.ceiling_for(stranger=True)


def _row(kind: str, subject: bytes) -> Spending:
    row = Spending.objects.filter(kind=kind, subject=subject).first()
    if row:
        return row
    try:
        with transaction.atomic():
            return Spending.objects.create(kind=kind, subject=subject)
    except IntegrityError:
        return Spending.objects.get(kind=kind, subject=subject)
