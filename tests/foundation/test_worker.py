"""The worker: several tasks at once, none claimed that cannot run, and an end that leaves nothing half done."""

import concurrent.futures
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from foundation import worker as worker_module
from foundation.schedule import JOBS, Scheduler
from foundation.worker import ThreadedWorker

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20
"""Seconds after which a test has failed."""


class Meeting:
    """What the tasks of a test do; each test has its own."""

    act: Callable[[], None]


@task()
def act() -> None:
    Meeting.act()


def queued(times: int) -> None:
    for _time in range(times):
        act.enqueue()


def states() -> list[str]:
    return sorted(DBTaskResult.objects.values_list("status", flat=True))


def a_worker(threads: int = 2, *, batch: bool = True, kind: type[ThreadedWorker] = ThreadedWorker) -> ThreadedWorker:
    return kind(threads=threads, interval=0.01, batch=batch)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The handlers as they were."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_as_many_tasks_run_at_once_as_there_are_threads() -> None:
    together = threading.Barrier(4)
    Meeting.act = lambda: void(together.wait(PATIENCE))
    queued(8)
    a_worker(4).run()
    assert states() == [TaskResultStatus.SUCCESSFUL] * 8


def void(_value: object) -> None:
    """A task's answer must be JSON."""


class Full(threading.BoundedSemaphore):
    """Says when somebody waits because no thread is free."""

    def __init__(self, value: int) -> None:
        super().__init__(value)
        self.waited_for = threading.Event()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if super().acquire(blocking=False):
            return True
        self.waited_for.set()
        return super().acquire(blocking, timeout)


def test_nothing_is_claimed_while_no_thread_is_free() -> None:
    worker = a_worker(2)
    worker.free = full = Full(2)
    running: list[int] = []

    def act() -> None:
        assert full.waited_for.wait(PATIENCE)
        running.append(DBTaskResult.objects.running().count())

    Meeting.act = act
    queued(4)
    worker.run()
    assert states() == [TaskResultStatus.SUCCESSFUL] * 4
    assert running[0] == max(running) == 2


def test_a_batch_ends_when_the_queue_is_empty_and_what_ran_has_put_nothing_there() -> None:
    remaining = [3]

    def act() -> None:
        if remaining[0]:
            remaining[0] -= 1
            queued(1)

    Meeting.act = act
    queued(1)
    a_worker().run()
    assert states() == [TaskResultStatus.SUCCESSFUL] * 4


def test_a_batch_sees_what_is_put_in_the_queue_while_it_looks() -> None:
    """A task puts another there and ends, just after the queue was found empty."""
    go, first = threading.Event(), threading.Lock()

    class Slow(ThreadedWorker):
        looks = 0

        def _claim(self) -> DBTaskResult[Any, Any] | None:
            self.looks += 1
            claimed = super()._claim()
            if self.looks == 2:
                assert claimed is None
                go.set()
                for future in self.futures:
                    future.result(PATIENCE)
            return claimed

    def act() -> None:
        if first.acquire(blocking=False):
            assert go.wait(PATIENCE)
            queued(1)

    Meeting.act = act
    queued(1)
    a_worker(kind=Slow).run()
    assert states() == [TaskResultStatus.SUCCESSFUL] * 2


def test_an_empty_queue_is_a_batch_that_is_done() -> None:
    a_worker().run()
    assert states() == []


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_task_that_raises_ends_itself_and_not_the_worker(error: type[BaseException]) -> None:
    first = threading.Lock()

    def act() -> None:
        if first.acquire(blocking=False):
            raise error

    Meeting.act = act
    queued(3)
    a_worker(1).run()
    assert states() == [TaskResultStatus.FAILED, *[TaskResultStatus.SUCCESSFUL] * 2]


def test_a_task_whose_end_cannot_be_written_down_ends_itself_and_not_the_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lost(_result: object, _value: object) -> None:
        raise OperationalError("12345678Z")

    monkeypatch.setattr(DBTaskResult, "set_successful", lost)
    monkeypatch.setattr(DBTaskResult, "set_failed", lost)
    Meeting.act = lambda: None
    queued(3)
    a_worker(1).run()
    assert states() == [TaskResultStatus.RUNNING] * 3
    assert caplog.text.count("OperationalError") == 3
    assert act.module_path in caplog.text
    assert "12345678Z" not in caplog.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_told_to_stop_finishes_what_runs_and_begins_nothing(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, together, ending = a_worker(2, batch=False), threading.Barrier(2), threading.Event()

    def wait(futures: set[Future[None]], timeout: float) -> None:
        ending.set()
        concurrent.futures.wait(futures, timeout)

    monkeypatch.setattr(worker_module, "wait", wait)

    def act() -> None:
        if together.wait(PATIENCE) == 0:
            os.kill(os.getpid(), number)
        assert ending.wait(PATIENCE)

    Meeting.act = act
    queued(5)
    worker.configure_signals()
    worker.run()
    assert states() == [TaskResultStatus.READY] * 3 + [TaskResultStatus.SUCCESSFUL] * 2


def test_who_is_told_to_stop_while_waiting_for_a_thread_begins_nothing() -> None:
    worker = a_worker(batch=False)

    class Free(threading.BoundedSemaphore):
        def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
            worker.running = False
            return super().acquire(blocking, timeout)

    worker.free = Free(2)
    queued(1)
    worker.run()
    assert states() == [TaskResultStatus.READY]


def test_a_second_signal_ends_the_process() -> None:
    worker = a_worker(batch=False)
    worker.configure_signals()
    worker.shutdown(signal.SIGTERM, None)
    assert signal.getsignal(signal.SIGTERM) == signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    worker.run()


def test_what_does_not_end_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "STOP_SECONDS", 0.1)
    worker, go = a_worker(1, batch=False), threading.Event()

    def act() -> None:
        worker.running = False
        assert go.wait(PATIENCE)

    Meeting.act = act
    queued(1)
    worker.run()
    assert states() == [TaskResultStatus.RUNNING]
    go.set()
    worker.pool.shutdown(wait=True)


@pytest.mark.parametrize("error", [OperationalError("database is locked"), OperationalError("server closed")])
def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(
    monkeypatch: pytest.MonkeyPatch, error: OperationalError
) -> None:
    monkeypatch.setattr(worker_module, "RETRY_SECONDS", 0.01)
    failures = iter([error, error])

    class Away(ThreadedWorker):
        def _claim(self) -> DBTaskResult[Any, Any] | None:
            for failure in failures:
                raise failure
            return super()._claim()

    worker = a_worker(1, batch=False, kind=Away)
    Meeting.act = lambda: setattr(worker, "running", False)
    queued(1)
    worker.run()
    assert states() == [TaskResultStatus.SUCCESSFUL]


def test_the_command_works_the_queue_off() -> None:
    Meeting.act = lambda: None
    queued(3)
    call_command("run_worker", threads=2, interval=0.01, batch=True)
    assert states() == [TaskResultStatus.SUCCESSFUL] * 3


@pytest.mark.parametrize(("batch", "schedulers"), [(True, 0), (False, 1)])
def test_the_command_queues_what_is_scheduled_unless_it_is_a_batch(
    monkeypatch: pytest.MonkeyPatch, batch: bool, schedulers: int
) -> None:
    started: list[Scheduler] = []
    monkeypatch.setattr(Scheduler, "start", lambda scheduler: started.append(scheduler))
    monkeypatch.setattr(ThreadedWorker, "run", lambda _worker: None)
    monkeypatch.setattr(os, "_exit", lambda _status: None)
    call_command("run_worker", batch=batch)
    assert len(started) == schedulers
    assert "foundation.tasks.prune_task_results" in JOBS
