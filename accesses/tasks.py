"""Background work of accesses: running them, reclaiming stalled ones, erasing expired data, measuring times."""

from datetime import timedelta
from uuid import UUID

from django.tasks import task
from django.utils import timezone

from accesses.measured_times import measure
from accesses.models import Access, State
from accesses.models.access import FINISHED, UNDER_WAY
from accesses.running import run_once
from foundation.batches import delete_in_batches, update_in_batches
from foundation.schedule import every
from procedures.durations import bucket
from procedures.models import CatalogueStamp, MeasuredTime, ProcedureVersion, Stamp, VersionState

RETENTION_DAYS = 90
"""How long the record of an access is kept for its reference, long after its inputs, identity and data are gone."""
INPUTS_RETENTION_DAYS = 1


@task()
def run_access(access_id: str) -> None:
    """Run one turn of an access, and queue the next if one follows."""
    pause = run_once(UUID(access_id))
    if pause is not None:
        enqueue(UUID(access_id), pause)


def enqueue(access_id: UUID, pause: float = 0) -> None:
    """Queue a turn of the access, due in ``pause`` seconds."""
    turn = run_access.using(run_after=timezone.now() + timedelta(seconds=pause)) if pause else run_access
    turn.enqueue(str(access_id))


@every(seconds=30)
@task()
def reclaim_stalled() -> int:
    """Queue work that has lost its worker; return the number of accesses."""
    stalled = list(Access.objects.stalled().values_list("pk", flat=True)[:500])
    reclaimed = [access_id for access_id in stalled if Access.objects.reclaim(access_id)]
    for access_id in reclaimed:
        enqueue(access_id)
    return len(reclaimed)


@every(minutes=1)
@task()
def erase_expired() -> None:
    """Erase results that were shown, the inputs of abandoned accesses, and all data of those finished a day ago."""
    now = timezone.now()
    cells = {"result_cell": b"", "inputs_cell": b"", "detail_cell": b""}
    shown = Access.objects.filter(result_expires_at__lte=now).exclude(result_cell=b"")
    update_in_batches(shown, cells)
    abandoned = Access.objects.filter(state=State.STARTED, expires_at__lte=now)
    update_in_batches(abandoned, {"state": State.EXPIRED, "inputs_cell": b""})
    old = Access.objects.filter(state__in=FINISHED, finished_at__lte=now - timedelta(days=INPUTS_RETENTION_DAYS))
    update_in_batches(old.exclude(**cells), cells)


@every(minutes=15)
@task()
def measure_times() -> int:
    """Measure how long procedures take; return the number of versions whose pages now show another time."""
    before = {time.pk: bucket(time.p50_ms) for time in MeasuredTime.objects.reliable()}
    versions = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED)
    measured = [time for version in versions if (time := measure(version))]
    changed = [time for time in measured if before.get(time.pk) != bucket(time.p50_ms)]
    if changed:
        CatalogueStamp.bump(Stamp.AVAILABILITY)
    return len(changed)


@every(hours=24)
@task()
def purge_accesses() -> int:
    """Delete records older than ``RETENTION_DAYS``; return their number."""
    old = Access.objects.filter(created_at__lte=timezone.now() - timedelta(days=RETENTION_DAYS))
    return delete_in_batches(old.exclude(state__in=UNDER_WAY))
