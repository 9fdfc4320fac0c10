"""How long procedures really take, from the proof of identity to the result."""

from typing import Self

from django.db import models
from django.utils import timezone

from procedures.models.versions import ProcedureVersion

MIN_ACCESSES = 20
"""With fewer accesses than this, the duration that the catalogue gives is shown instead."""


class MeasuredTimeQuerySet(models.QuerySet["MeasuredTime"]):
    def reliable(self) -> Self:
        """Return the times measured from enough accesses."""
        return self.filter(count__gte=MIN_ACCESSES)

    def record(self, version: ProcedureVersion, *, count: int, p50_ms: int, p90_ms: int) -> "MeasuredTime":
        values = {"count": count, "p50_ms": p50_ms, "p90_ms": p90_ms, "measured_at": timezone.now()}
        return self.update_or_create(version=version, defaults=values)[0]


class MeasuredTime(models.Model):
    """The median and the 90th percentile of a version's latest accesses."""

    version = models.OneToOneField(ProcedureVersion, on_delete=models.CASCADE, primary_key=True)
    count = models.PositiveIntegerField()
    p50_ms = models.PositiveIntegerField()
    p90_ms = models.PositiveIntegerField()
    measured_at = models.DateTimeField(default=timezone.now)

    objects = MeasuredTimeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.version_id}: {self.p50_ms} ms"
