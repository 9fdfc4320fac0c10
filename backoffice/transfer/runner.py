"""The work of an import: checking a file, and applying it when the catalogue has not changed since."""

import time
from collections.abc import Callable
from contextlib import suppress
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
    """Another worker has the run."""


def run_import(pk: UUID) -> None:
    """Check or apply a run, unless another worker is at it."""
    run = ImportRun.objects.lease(pk)
    if run is None:
        return
    with translation.override(run.language), suppress(LeaseLost):
        try:
            unread: list[str] | None = None if run.serialized else []
            sheets = load_sheets(bytes(run.serialized)) if run.serialized else read(bytes(run.content), unread)
            plan = plan_import(sheets, report=_progress_reporter(run))
        except UnreadableFile as error:
            run.refuse(str(error))
        else:
            _finish(run, sheets, plan, unread)


def _progress_reporter(run: ImportRun) -> Callable[[int, int], None]:
    """Return a function that stores the progress, once a second at most; it raises ``LeaseLost``."""
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_REPORTS:
            last = time.monotonic()
            if not run.report_progress(done, total):
                raise LeaseLost

    return report


def _finish(run: ImportRun, sheets: list[Sheet], plan: Plan, unread: list[str] | None) -> None:
    if not run.is_applying:
        run.finish_check(plan, b"" if plan.errors else dump_sheets(sheets), unread=unread)
    elif plan.errors or plan.digest != run.digest:
        run.finish_check(plan, bytes(run.serialized), catalogue_changed=True)
    else:
        try:
            _apply(run, plan)
        except CatalogueChanged:
            run.finish_check(plan_import(sheets), bytes(run.serialized), catalogue_changed=True)


def _apply(run: ImportRun, plan: Plan) -> None:
    """Write the plan and the end of the run in one transaction."""
    run.report_progress(run.done, run.total)
    with transaction.atomic():
        apply(plan, author=run.user)
        if not run.finish_apply():
            raise LeaseLost
        actor = run.user.get_username() if run.user else ""
        counts = {status: count for status, count in plan.counts.items() if count}
        audit.record("catalogue.imported", actor=actor, target=f"import:{run.pk}", file=run.file_name, **counts)
