"""How long procedures really take, from the proof of identity to the result."""

from datetime import datetime
from statistics import quantiles
from typing import Self

from django.db import models
from django.utils import timezone

from procedures.models.access import Access, State
from procedures.models.versions import ProcedureVersion

ENOUGH = 20
"""From how many accesses on what was measured is told in place of what the catalogue says."""
LATEST = 200


class MeasuredTimeQuerySet(models.QuerySet["MeasuredTime"]):
    def told(self) -> Self:
        """Those that rest on enough accesses."""
        return self.filter(count__gte=ENOUGH)

    def measure(self, version: ProcedureVersion) -> "MeasuredTime | None":
        """Measure a version by its latest accesses that came to a result; None when there are not enough of them."""
        times = _milliseconds(version)
        if len(times) < ENOUGH:
            return None
        tenths = quantiles(times, n=10, method="inclusive")
        values = {"count": len(times), "p50_ms": max(round(tenths[4]), 1), "p90_ms": max(round(tenths[8]), 1)}
        measured, _made = self.update_or_create(version=version, defaults={**values, "measured_at": timezone.now()})
        return measured


def _milliseconds(version: ProcedureVersion) -> list[float]:
    done = Access.objects.filter(version=version, state=State.DONE, queued_at__isnull=False, finished_at__isnull=False)
    latest = done.order_by("-finished_at").values_list("queued_at", "finished_at")[:LATEST]
    return [_between(queued_at, finished_at) for queued_at, finished_at in latest if queued_at and finished_at]


def _between(begin: datetime, end: datetime) -> float:
    return max((end - begin).total_seconds() * 1000, 0.0)


class MeasuredTime(models.Model):
    """How long a version's latest accesses took: half of them at most ``p50_ms``, nine in ten at most ``p90_ms``."""

    version = models.OneToOneField(ProcedureVersion, on_delete=models.CASCADE, primary_key=True)
    count = models.PositiveIntegerField()
    p50_ms = models.PositiveIntegerField()
    p90_ms = models.PositiveIntegerField()
    measured_at = models.DateTimeField(default=timezone.now)

    objects = MeasuredTimeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.version_id}: {self.p50_ms} ms"
