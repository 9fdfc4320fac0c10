"""Imports in the background: done, taken up again, forgotten."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.tasks import task
from django.utils import timezone

from backoffice.models import ImportRow, ImportRun
from backoffice.models.imports import KEPT, RECORD_KEPT, UNDER_WAY
from backoffice.transfer.runner import work
from foundation.schedule import every

SMALL_BYTES = 64 * 1024
"""A file up to here is done at once, in the request."""


MOST_AT_ONCE = 500


@task()
def work_at_import(pk: str) -> None:
    """Look an import through, or apply it."""
    work(UUID(pk))


def begin(run: ImportRun) -> None:
    """Do it now when it is small, else have a worker do it."""
    if run.size <= SMALL_BYTES:
        work(run.pk)
    else:
        transaction.on_commit(lambda: work_at_import.enqueue(str(run.pk)) and None)


@every(seconds=30)
@task()
def take_up_lost_imports() -> int:
    """Do again what a worker has left; answers how many."""
    lost = list(ImportRun.objects.lost().values_list("pk", flat=True)[:50])
    taken_up = [pk for pk in lost if ImportRun.objects.take_up(pk)]
    for pk in taken_up:
        work_at_import.enqueue(str(pk))
    return len(taken_up)


@every(hours=1)
@task()
def forget_old_imports() -> int:
    """Drop the files of a day ago, and the records of long ago; answers how many files."""
    moment = timezone.now()
    ImportRun.objects.filter(made_at__lte=moment - RECORD_KEPT).delete()
    old = ImportRun.objects.filter(made_at__lte=moment - KEPT).exclude(state__in=UNDER_WAY)
    has_rows = Exists(ImportRow.objects.filter(run=OuterRef("pk")))
    with_something = old.filter(has_rows | ~Q(content=b"")).values_list("pk", flat=True)
    return ImportRun.objects.filter(pk__in=list(with_something[:MOST_AT_ONCE])).forget()
