"""What has been spent of a limit; ``foundation.limits`` holds the rules."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

IDLE_AFTER = timedelta(days=2)
"""Longer than any limit's window."""


class SpendingQuerySet(models.QuerySet["Spending"]):
    def idle(self) -> Self:
        """Return the rows untouched for so long that no window can still count them."""
        return self.filter(changed_at__lt=timezone.now() - IDLE_AFTER)


class Spending(models.Model):
    """What one subject (a blind index) has spent of one kind: ``entries`` is ``[[key, timestamp, stranger], …]``."""

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
        """Return the entries that lie within the window."""
        since = timezone.now().timestamp() - window.total_seconds()
        return [entry for entry in self.entries if entry[1] > since]

    def replace(self, entries: list[list[Any]]) -> bool:
        """Store the entries; return False when another caller has changed the row since it was read."""
        changed = Spending.objects.filter(pk=self.pk, version=self.version).update(
            entries=entries, version=self.version + 1, changed_at=timezone.now()
        )
        return bool(changed)
