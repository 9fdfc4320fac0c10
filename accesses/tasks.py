"""Background work of accesses: running them, reclaiming stalled ones, erasing what is over."""

from datetime import timedelta
from uuid import UUID

from django.tasks import task
from django.utils import timezone

from accesses.measured_times import measure
from accesses.models import Access, State
from accesses.models.access import FINISHED
from accesses.running import run_once
from foundation.batches import delete_in_batches, update_in_batches
from foundation.schedule import every
from procedures.durations import bucket
from procedures.models import CatalogueStamp, MeasuredTime, ProcedureVersion, Stamp, VersionState

KEPT_DAYS = 90
"""How long a finished access is kept, for its reference; it holds no inputs, identity or data by then."""
INPUTS_DAYS = 1


@task()
def run_access(access_id: str) -> None:
    """One turn of an access; it comes again later when it must."""
    pause = run_once(UUID(access_id))
    if pause is not None:
        enqueue(UUID(access_id), pause)


def enqueue(access_id: UUID, pause: float = 0) -> None:
    """Have the access run, in so many seconds."""
    later = run_access.using(run_after=timezone.now() + timedelta(seconds=pause)) if pause else run_access
    later.enqueue(str(access_id))


@every(seconds=30)
@task()
def reclaim_stalled() -> int:
    """Run again what nobody is at although it is time; answers how many."""
    lost = list(Access.objects.stalled().values_list("pk", flat=True)[:500])
    taken_up = [access_id for access_id in lost if Access.objects.reclaim(access_id)]
    for access_id in taken_up:
        enqueue(access_id)
    return len(taken_up)


@every(minutes=1)
@task()
def erase_expired() -> None:
    """Delete consultations that were shown, accesses that were left, and in time the inputs of all."""
    moment = timezone.now()
    cells = {"result_cell": b"", "inputs_cell": b"", "detail_cell": b""}
    shown = Access.objects.filter(result_expires_at__lte=moment).exclude(result_cell=b"")
    update_in_batches(shown, cells)
    abandoned = Access.objects.filter(state=State.STARTED, expires_at__lte=moment)
    update_in_batches(abandoned, {"state": State.EXPIRED, "inputs_cell": b""})
    day_old = Access.objects.filter(state__in=FINISHED, finished_at__lte=moment - timedelta(days=INPUTS_DAYS))
    update_in_batches(day_old.exclude(**cells), cells)


@every(minutes=15)
@task()
def measure_times() -> int:
    """Measure how long procedures take; answers of how many another time is told now, which pages must show."""
    told = {known.pk: bucket(known.p50_ms) for known in MeasuredTime.objects.reliable()}
    versions = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED)
    measured = [found for version in versions if (found := measure(version))]
    changed = [found for found in measured if told.get(found.pk) != bucket(found.p50_ms)]
    if changed:
        CatalogueStamp.bump(Stamp.AVAILABILITY)
    return len(changed)


@every(hours=24)
@task()
def purge_accesses() -> int:
    """Delete the records of long ago; answers how many."""
    old = Access.objects.filter(created_at__lte=timezone.now() - timedelta(days=KEPT_DAYS))
    return delete_in_batches(old.exclude(state__in=(State.QUEUED, State.RUNNING)))
