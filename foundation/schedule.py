"""Tasks of ``django.tasks`` that are queued at intervals: by whichever worker is first, once for all workers.

The turns stand in the database, so a daily task runs daily however often the workers are started.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, close_old_connections, connections, transaction
from django.tasks import Task, TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation.models import ScheduledTask

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
FIRST_AFTER = timedelta(minutes=1)
"""How long after the first start of all a task is first queued, at the latest."""

Decorator = Callable[[Task[..., Any]], Task[..., Any]]


@dataclass(frozen=True)
class Job:
    """A task without arguments and the time between two turns."""

    task: Task[..., Any]
    interval: timedelta

    def queue(self, moment: datetime) -> None:
        """Queue the task if its turn is due, unless it still waits: a queue that nobody works off must not grow."""
        path = self.task.module_path
        waiting = DBTaskResult.objects.filter(task_path=path, status=TaskResultStatus.READY)
        with transaction.atomic():
            if ScheduledTask.objects.claim(path, self.interval, moment) and not waiting.exists():
                self.task.enqueue()


JOBS: dict[str, Job] = {}
"""Every scheduled task, by its path."""


def every(*, seconds: int = 0, minutes: int = 0, hours: int = 0) -> Decorator:
    """Have the task queued at this interval."""

    def schedule(task: Task[..., Any]) -> Task[..., Any]:
        JOBS[task.module_path] = Job(task, timedelta(seconds=seconds, minutes=minutes, hours=hours))
        return task

    return schedule


def queue_due(moment: datetime) -> None:
    """Queue every task whose turn is due; one that fails is logged and keeps no other away."""
    last = dict(ScheduledTask.objects.values_list("path", "queued_at"))
    new = {
        path: moment + min(FIRST_AFTER, JOBS[path].interval) - JOBS[path].interval for path in JOBS.keys() - last.keys()
    }
    ScheduledTask.objects.bulk_create(
        [ScheduledTask(path=path, queued_at=queued_at) for path, queued_at in new.items()], ignore_conflicts=True
    )
    for path, queued_at in last.items():
        job = JOBS.get(path)
        if job and abs(moment - queued_at) >= job.interval:
            try:
                job.queue(moment)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other tasks still get their turn
                logger.error("Cannot queue the task %s: %s", path, type(error).__name__)


class Scheduler(threading.Thread):
    """Queues what is due, in a thread of the worker, until ``stopped`` is set."""

    def __init__(self) -> None:
        super().__init__(name="schedule", daemon=True)
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            close_old_connections()
            try:
                queue_due(timezone.now())
            except Error as error:  # the database is locked or unreachable, which must not end the thread
                logger.warning("Cannot read the schedule: %s", type(error).__name__)
            self.stopped.wait(LOOK_SECONDS)
        connections.close_all()
