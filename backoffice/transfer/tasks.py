"""Background tasks of imports: running them, reclaiming stalled ones, deleting old ones."""

from uuid import UUID

from django.db import transaction
from django.tasks import task

from backoffice.models import ImportRun
from backoffice.transfer.runner import run_import
from foundation.batches import delete_in_batches
from foundation.schedule import every

SMALL_BYTES = 64 * 1024
"""A file up to this size is processed in the request."""
MAX_RECLAIMED = 50
MAX_DISCARDED = 500


@task()
def run_import_in_background(pk: str) -> None:
    run_import(UUID(pk))


def start_import(run: ImportRun) -> None:
    """Process a small file now, and have a worker process a larger one."""
    if run.size <= SMALL_BYTES:
        run_import(run.pk)
    else:
        transaction.on_commit(lambda: run_import_in_background.enqueue(str(run.pk)) and None)


@every(seconds=30)
@task()
def reclaim_stalled_imports() -> int:
    """Queue again the runs that no worker is at, and return how many."""
    stalled = list(ImportRun.objects.stalled().values_list("pk", flat=True)[:MAX_RECLAIMED])
    reclaimed = [pk for pk in stalled if ImportRun.objects.reclaim(pk)]
    for pk in reclaimed:
        run_import_in_background.enqueue(str(pk))
    return len(reclaimed)


@every(hours=1)
@task()
def discard_old_imports() -> int:
    """Delete the files of a day ago and the records of 90 days ago; return how many files."""
    delete_in_batches(ImportRun.objects.expired())
    old = list(ImportRun.objects.with_expired_content().values_list("pk", flat=True)[:MAX_DISCARDED])
    return ImportRun.objects.filter(pk__in=old).discard()
