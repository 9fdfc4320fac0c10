"""Measuring how long procedures really take, from the proof of identity to the result."""

from datetime import datetime
from statistics import quantiles

from accesses.models import Access, State
from procedures.models import MeasuredTime, ProcedureVersion
from procedures.models.measured_times import ENOUGH

LATEST = 200


def measure(version: ProcedureVersion) -> MeasuredTime | None:
    """Measure a version by its latest accesses that came to a result; None when there are fewer than ``ENOUGH``."""
    times = _milliseconds(version)
    if len(times) < ENOUGH:
        return None
    tenths = quantiles(times, n=10, method="inclusive")
    p50_ms, p90_ms = (max(round(tenths[place]), 1) for place in (4, 8))
    return MeasuredTime.objects.record(version, count=len(times), p50_ms=p50_ms, p90_ms=p90_ms)


def _milliseconds(version: ProcedureVersion) -> list[float]:
    done = Access.objects.filter(version=version, state=State.DONE, queued_at__isnull=False, finished_at__isnull=False)
    latest = done.order_by("-finished_at").values_list("queued_at", "finished_at")[:LATEST]
    return [_between(queued_at, finished_at) for queued_at, finished_at in latest if queued_at and finished_at]


def _between(begin: datetime, end: datetime) -> float:
    return max((end - begin).total_seconds() * 1000, 0.0)
