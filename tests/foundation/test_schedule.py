"""The schedule: what is done at intervals is put in the queue, once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.job import Job
from crontask import scheduler
from django.tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from foundation.schedule import every

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@task()
def tidy_up() -> None:
    """Something that is done at intervals."""


@task()
def look_around() -> None:
    """Something else."""


@pytest.fixture
def schedule() -> Iterator[list[Job]]:
    """The jobs that a test adds; none of them stays."""
    before = scheduler.get_jobs()
    added: list[Job] = []
    yield added
    for job in scheduler.get_jobs():
        if job not in before:
            scheduler.remove_job(job.id)


def scheduled(**interval: int) -> Job:
    assert every(**interval)(tidy_up) is tidy_up
    return scheduler.get_jobs()[-1]


def waiting(path: str = tidy_up.module_path) -> int:
    return DBTaskResult.objects.filter(task_path=path, status=TaskResultStatus.READY).count()


@pytest.mark.usefixtures("schedule")
@pytest.mark.parametrize(
    ("interval", "seconds"), [({"seconds": 30}, 30), ({"minutes": 2}, 120), ({"hours": 24}, 86400)]
)
def test_a_task_is_due_again_after_its_interval(interval: dict[str, int], seconds: int) -> None:
    job = scheduled(**interval)
    assert job.name == "tidy_up"
    following = job.trigger.get_next_fire_time(NOW, NOW)
    assert timedelta(seconds=seconds) <= following - NOW <= timedelta(seconds=seconds + 1)


@pytest.mark.usefixtures("schedule")
@pytest.mark.parametrize("interval", [{"seconds": 30}, {"hours": 1}, {"hours": 24}])
def test_a_task_is_first_due_soon_after_the_start_however_long_its_interval(interval: dict[str, int]) -> None:
    """A process that is started anew each day would never get to what is done once a day."""
    job = scheduled(**interval)
    for start in (datetime.now(UTC), datetime.now(UTC) + timedelta(hours=1)):
        first: Any = job.trigger.get_next_fire_time(None, start)
        assert timedelta() < first - start <= timedelta(seconds=61)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("schedule")
def test_a_task_that_still_waits_is_not_put_in_the_queue_again() -> None:
    job = scheduled(hours=1)
    for _time in range(3):
        job.func()
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("schedule")
@pytest.mark.parametrize("status", [TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_a_task_that_was_taken_out_of_the_queue_is_put_there_again(status: TaskResultStatus) -> None:
    job = scheduled(hours=1)
    job.func()
    DBTaskResult.objects.update(status=status)
    job.func()
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("schedule")
def test_another_task_that_waits_keeps_none_away() -> None:
    look_around.enqueue()
    scheduled(hours=1).func()
    assert (waiting(), waiting(look_around.module_path)) == (1, 1)
