"""The work of an import: looking a file through, and applying it when nothing has changed since."""

import time
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import translation

from backoffice.models import ImportRun
from foundation import audit
from procedures.transfer.apply import CatalogueChanged, apply
from procedures.transfer.plan import Plan
from procedures.transfer.planner.planning import plan_import
from procedures.transfer.serialization import dump_sheets, load_sheets
from procedures.transfer.sheets import Sheet, UnreadableFile
from procedures.transfer.upload import read

SECONDS_BETWEEN_REPORTS = 1


class LeaseLost(Exception):
    """Another worker has the run by now."""


def work(pk: UUID) -> None:
    """Do what there is to do at a run, unless somebody is at it."""
    run = ImportRun.objects.lease(pk)
    if run is None:
        return
    with translation.override(run.language):
        try:
            sheets = load_sheets(bytes(run.prepared)) if run.prepared else read(bytes(run.content))
            planned = plan_import(sheets, report=_report(run))
        except UnreadableFile as refused:
            run.refuse(str(refused))
        except LeaseLost:
            return
        else:
            _finish(run, sheets, planned)


def _report(run: ImportRun) -> Callable[[int, int], None]:
    """Says how far it is, once a second at most."""
    last = time.monotonic()

    def report(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_REPORTS:
            last = time.monotonic()
            if not run.go_on(done, of):
                raise LeaseLost

    return report


def _finish(run: ImportRun, sheets: list[Sheet], planned: Plan) -> None:
    if not run.is_applying:
        run.checked(planned, b"" if planned.errors else dump_sheets(sheets))
    elif planned.errors or planned.digest != run.digest:
        run.checked(planned, bytes(run.prepared), has_moved=True)
    else:
        try:
            _apply(run, planned)
        except LeaseLost:
            return
        except CatalogueChanged:
            run.checked(plan_import(sheets), bytes(run.prepared), has_moved=True)


def _apply(run: ImportRun, planned: Plan) -> None:
    """Write the plan and that it is written: both or neither."""
    run.go_on(run.done, run.all)
    with transaction.atomic():
        apply(planned, author=run.user)
        if not run.applied():
            raise LeaseLost
        actor = run.user.get_username() if run.user else ""
        counts = {status: count for status, count in planned.counts.items() if count}
        audit.record("catalogue.imported", actor=actor, target=f"import:{run.pk}", file=run.file_name, **counts)
