"""What has been spent of a limit; ``foundation.limits`` holds the rules."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

IDLE_AFTER = timedelta(days=2)
"""Longer than the window of any limit whose rows have no ``kept_until``."""


class SpendingQuerySet(models.QuerySet["Spending"]):
    def idle(self) -> Self:
        """Return the rows untouched for so long that no window can still count them."""
        moment = timezone.now()
        is_over = models.Q(kept_until=None) | models.Q(kept_until__lt=moment)
        return self.filter(is_over, changed_at__lt=moment - IDLE_AFTER)


class Spending(models.Model):
    """What one subject (a blind index) has spent of one kind.

    ``entries`` is ``[[key, timestamp], …]``, or what ``clave.limits.book`` makes of it for its own kinds.
    """

    kind = models.CharField(max_length=32)
    subject = models.BinaryField(max_length=32)
    entries: models.JSONField[Any, Any] = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    kept_until = models.DateTimeField(null=True, blank=True)

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
