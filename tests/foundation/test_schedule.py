"""The schedule: what is done at intervals is put in the queue, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.tasks import Task, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from foundation import schedule
from foundation.models import ScheduledTask
from foundation.schedule import Scheduler, every, queue_due

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INTERVALS = [30, 120, 24 * 3600]


@task()
def tidy_up() -> None:
    """Something that is done at intervals."""


@task()
def look_around() -> None:
    """Something else."""


@pytest.fixture(autouse=True)
def _only_the_jobs_of_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "JOBS", {})


def scheduled(task: Task[..., Any] = tidy_up, *, last: datetime | None = None, seconds: int = 3600) -> timedelta:
    """Schedule the task, as last queued at that moment, and return its interval."""
    assert every(seconds=seconds)(task) is task
    if last:
        ScheduledTask.objects.create(path=task.module_path, queued_at=last)
    return schedule.JOBS[task.module_path].interval


def waiting(task: Task[..., Any] = tidy_up) -> int:
    return DBTaskResult.objects.filter(task_path=task.module_path, status=TaskResultStatus.READY).count()


@pytest.mark.parametrize(
    ("given", "seconds"), [({"seconds": 30}, 30), ({"minutes": 2}, 120), ({"hours": 24}, 24 * 3600)]
)
def test_an_interval_is_given_in_the_unit_that_reads_best(given: dict[str, int], seconds: int) -> None:
    every(**given)(tidy_up)
    assert schedule.JOBS[tidy_up.module_path].interval == timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", INTERVALS)
def test_a_task_is_due_again_after_its_interval(seconds: int) -> None:
    interval = scheduled(last=NOW, seconds=seconds)
    queue_due(NOW + interval - SECOND)
    assert waiting() == 0
    queue_due(NOW + interval)
    assert waiting() == 1


@pytest.mark.parametrize("seconds", INTERVALS)
def test_a_task_is_first_due_soon_after_the_first_start_however_long_its_interval(seconds: int) -> None:
    scheduled(seconds=seconds)
    queue_due(NOW)
    assert waiting() == 0
    queue_due(NOW + timedelta(seconds=61))
    assert waiting() == 1


def test_a_worker_that_is_started_anew_each_day_gets_to_what_is_done_once_a_day() -> None:
    scheduled(last=NOW - timedelta(hours=25), seconds=24 * 3600)
    queue_due(NOW)
    assert waiting() == 1


def test_a_worker_that_is_started_anew_all_the_time_does_nothing_more_often() -> None:
    scheduled(last=NOW - timedelta(hours=1), seconds=24 * 3600)
    for minutes in range(0, 60, 10):
        queue_due(NOW + timedelta(minutes=minutes))
    assert waiting() == 0


def test_a_task_that_still_waits_is_not_put_in_the_queue_again() -> None:
    interval = scheduled(last=NOW)
    for time in range(1, 4):
        queue_due(NOW + time * interval)
    assert waiting() == 1


@pytest.mark.parametrize("status", [TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_a_task_that_was_taken_out_of_the_queue_is_put_there_again(status: TaskResultStatus) -> None:
    interval = scheduled(last=NOW)
    queue_due(NOW + interval)
    DBTaskResult.objects.update(status=status)
    queue_due(NOW + 2 * interval)
    assert waiting() == 1


def test_another_task_that_waits_keeps_none_away() -> None:
    look_around.enqueue()
    queue_due(NOW + scheduled(last=NOW))
    assert (waiting(), waiting(look_around)) == (1, 1)


def test_workers_that_look_at_the_same_moment_queue_each_task_once() -> None:
    interval = scheduled(last=NOW, seconds=60)
    scheduled(look_around, last=NOW, seconds=60)
    workers, rounds = 6, 5
    together = threading.Barrier(workers)

    def work() -> None:
        try:
            for time in range(1, rounds + 1):
                together.wait(20)
                queue_due(NOW + time * interval)
                if together.wait(20) == 0:  # what a worker would do
                    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(status=TaskResultStatus.RUNNING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        for ended in [pool.submit(work) for _worker in range(workers)]:
            ended.result(60)
    assert DBTaskResult.objects.filter(task_path=tidy_up.module_path).count() == rounds
    assert DBTaskResult.objects.filter(task_path=look_around.module_path).count() == rounds


def test_workers_that_start_at_the_same_moment_on_a_new_database_queue_each_task_once() -> None:
    scheduled(seconds=60)
    together = threading.Barrier(4)

    def work() -> None:
        try:
            for moment in (NOW, NOW + timedelta(minutes=1)):
                together.wait(20)
                queue_due(moment)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for ended in [pool.submit(work) for _worker in range(4)]:
            ended.result(60)
    assert waiting() == DBTaskResult.objects.count() == 1


def test_only_the_first_to_claim_a_turn_wins_it() -> None:
    interval = scheduled(last=NOW)
    claims = [ScheduledTask.objects.claim(tidy_up.module_path, interval, NOW + interval) for _time in range(3)]
    assert claims == [True, False, False]


def test_a_clock_that_was_set_back_does_not_stop_the_schedule() -> None:
    scheduled(last=NOW + timedelta(days=2))
    queue_due(NOW)
    assert waiting() == 1


def test_a_task_that_cannot_be_queued_is_logged_has_its_turn_again_and_keeps_no_other_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scheduled(last=NOW)
    interval = scheduled(look_around, last=NOW)
    enqueue = Task.enqueue

    def failing(task: Task[..., Any]) -> Any:
        if task.module_path == tidy_up.module_path:
            raise RuntimeError("12345678Z")
        return enqueue(task)

    with monkeypatch.context() as patch:
        patch.setattr(Task, "enqueue", failing)
        queue_due(NOW + interval)
    assert (waiting(), waiting(look_around)) == (0, 1)
    assert tidy_up.module_path in caplog.text
    assert "RuntimeError" in caplog.text
    assert "12345678Z" not in caplog.text
    queue_due(NOW + interval + SECOND)
    assert (waiting(), waiting(look_around)) == (1, 1)


def a_scheduler(monkeypatch: pytest.MonkeyPatch, look: Callable[[datetime], None]) -> Scheduler:
    monkeypatch.setattr(schedule, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(schedule, "queue_due", look)
    scheduler = Scheduler()
    scheduler.start()
    return scheduler


def test_the_thread_looks_again_and_again_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[datetime] = []
    seen = threading.Event()

    def look(moment: datetime) -> None:
        looks.append(moment)
        if len(looks) == 3:
            seen.set()

    scheduler = a_scheduler(monkeypatch, look)
    assert seen.wait(20)
    scheduler.stopped.set()
    scheduler.join(20)
    assert not scheduler.is_alive()
    assert looks == sorted(looks)


def test_a_database_that_is_away_for_a_while_does_not_end_the_thread(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures, seen = iter([OperationalError("a name"), OperationalError("a name")]), threading.Event()

    def look(_moment: datetime) -> None:
        for failure in failures:
            raise failure
        seen.set()

    scheduler = a_scheduler(monkeypatch, look)
    assert seen.wait(20)
    scheduler.stopped.set()
    scheduler.join(20)
    assert caplog.text.count("OperationalError") == 2
    assert "a name" not in caplog.text
