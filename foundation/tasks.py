"""What the foundation tidies up."""

from datetime import timedelta

from django.db.models import Q
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation.limits import Spending
from foundation.schedule import every

KEPT_HOURS = 24


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
