"""Scheduled work of the foundation: pruning the queue and the limits, verifying the audit log."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation import audit
from foundation.audit.verification import verify
from foundation.batches import delete_in_batches
from foundation.models import Spending
from foundation.schedule import every

logger = logging.getLogger(__name__)

RESULT_RETENTION = timedelta(hours=24)
VERIFIED, FOUND_BROKEN = "audit.verified", "audit.found_broken"
"""Actions of the entries that record a verification; the auditor is shown the last of them."""


@every(hours=1)
@task()
def prune_task_results() -> int:
    """Delete the results of tasks that ended a day ago, and of those whose worker died; return how many.

    Only the start counts, not the time in the queue: a task enqueued long ago may be running just now.
    """
    before = timezone.now() - RESULT_RETENTION
    abandoned = Q(status=TaskResultStatus.RUNNING, started_at__lt=before)
    return delete_in_batches(DBTaskResult.objects.filter(abandoned | Q(finished_at__lt=before)))


@every(hours=1)
@task()
def prune_limits() -> int:
    """Delete spendings that no window counts any more; return how many."""
    return delete_in_batches(Spending.objects.idle())


@every(hours=7 * 24)
@task()
def verify_audit() -> int:
    """Verify the audit log, record the outcome and log an error if it is broken; return how many entries were checked.

    Recording a fault does not repair the chain: later verifications find the same break.
    """
    found = verify()
    seconds = round(found.seconds)
    if found.fault:
        logger.error("The audit log is broken: %s (%d entries before it are whole)", found.fault, found.checked)
        at, kind = found.fault.number, found.fault.kind.name.lower()
        audit.record_anyway(FOUND_BROKEN, checked=found.checked, seconds=seconds, at=at, fault=kind)
    else:
        audit.record_anyway(VERIFIED, checked=found.checked, seconds=seconds)
    return found.checked
