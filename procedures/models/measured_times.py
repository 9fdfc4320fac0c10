"""How long procedures really take, from the proof of identity to the result."""

from typing import Self

from django.db import models
from django.utils import timezone

from procedures.models.versions import ProcedureVersion

ENOUGH = 20
"""From how many accesses on what was measured is told in place of what the catalogue says."""


class MeasuredTimeQuerySet(models.QuerySet["MeasuredTime"]):
    def reliable(self) -> Self:
        """Those that rest on enough accesses."""
        return self.filter(count__gte=ENOUGH)

    def record(self, version: ProcedureVersion, *, count: int, p50_ms: int, p90_ms: int) -> "MeasuredTime":
        values = {"count": count, "p50_ms": p50_ms, "p90_ms": p90_ms, "measured_at": timezone.now()}
        return self.update_or_create(version=version, defaults=values)[0]


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
