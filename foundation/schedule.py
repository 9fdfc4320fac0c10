"""What is done at intervals: tasks of ``django.tasks`` that the schedule process puts in the queue.

A task is not put there while it still waits in it, so that a queue nobody works off does not grow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apscheduler.triggers.interval import IntervalTrigger
from crontask import cron
from django.db import close_old_connections
from django.tasks import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

Scheduled = Callable[[Task[..., Any]], Task[..., Any]]

BEGINS_AFTER = timedelta(minutes=1)
"""How long after the start of its process the schedule does everything once, at the latest."""


class _Interval(IntervalTrigger):  # type: ignore[misc]  # the library has no types
    """Begins soon: a process that is started anew each day would never get to what is done once a day."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        as_if_then = now + min(self.interval, BEGINS_AFTER) - self.interval
        following: datetime | None = super().get_next_fire_time(previous_fire_time or as_if_then, now)
        return following


@dataclass(frozen=True)
class _WaitingOnce:
    """What the scheduler calls in a task's place."""

    task: Task[..., Any]

    @property
    def name(self) -> str:
        return str(self.task.name)

    def enqueue(self) -> None:
        close_old_connections()
        waiting = DBTaskResult.objects.filter(task_path=self.task.module_path, status=TaskResultStatus.READY)
        if not waiting.exists():
            self.task.enqueue()
        close_old_connections()


def every(*, seconds: int = 0, minutes: int = 0, hours: int = 0) -> Scheduled:
    """Have the task run at this interval; tasks that take arguments cannot be scheduled."""

    def schedule(task: Task[..., Any]) -> Task[..., Any]:
        trigger = _Interval(seconds=seconds, minutes=minutes, hours=hours, jitter=1)
        cron(trigger, sentry_monitor_config=None)(_WaitingOnce(task))
        return task

    return schedule
