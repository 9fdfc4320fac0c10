"""What the foundation tidies up."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation import audit
from foundation.audit.verification import verify
from foundation.models import Spending
from foundation.schedule import every

logger = logging.getLogger(__name__)

KEPT_HOURS = 24
VERIFIED, FOUND_BROKEN = "audit.verified", "audit.found_broken"
"""What a verification is written down as; the last of these entries is what the auditor is shown."""


@every(hours=1)
@task()
def prune_task_results() -> int:
    """Delete what is known of tasks that ended a day ago, and of those whose worker died; answers how many.

    How long one waited does not count: what was put in the queue long ago may be running just now.
    """
    before = timezone.now() - timedelta(hours=KEPT_HOURS)
    left = Q(status=TaskResultStatus.RUNNING, started_at__lt=before)
    return int(DBTaskResult.objects.filter(left | Q(finished_at__lt=before)).delete()[0])


@every(hours=1)
@task()
def forget_idle_limits() -> int:
    """Delete spendings that no window counts any more; answers how many."""
    return int(Spending.objects.idle().delete()[0])


@every(hours=7 * 24)
@task()
def verify_audit() -> int:
    """Verify the audit log, write down the outcome and raise the alarm if it is broken; answers how many were checked.

    The entry about a fault goes on from where the log is: a break that was found stays to be seen.
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
