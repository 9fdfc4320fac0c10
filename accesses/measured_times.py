"""Measuring how long procedures really take, from the proof of identity to the result."""

from statistics import quantiles

from accesses.models import Access, State
from procedures.models import MeasuredTime, ProcedureVersion
from procedures.models.measured_times import MIN_ACCESSES

SAMPLE_SIZE = 200


def measure(version: ProcedureVersion) -> MeasuredTime | None:
    """Measure a version by its latest finished accesses; return None when there are fewer than ``MIN_ACCESSES``."""
    times = _milliseconds(version)
    if len(times) < MIN_ACCESSES:
        return None
    deciles = quantiles(times, n=10, method="inclusive")
    p50_ms, p90_ms = (max(round(deciles[index]), 1) for index in (4, 8))
    return MeasuredTime.objects.record(version, count=len(times), p50_ms=p50_ms, p90_ms=p90_ms)


def _milliseconds(version: ProcedureVersion) -> list[float]:
    done = Access.objects.filter(version=version, state=State.DONE, queued_at__isnull=False, finished_at__isnull=False)
    latest = done.order_by("-finished_at").values_list("queued_at", "finished_at")[:SAMPLE_SIZE]
    return [max((end - start).total_seconds() * 1000, 0.0) for start, end in latest if start and end]
