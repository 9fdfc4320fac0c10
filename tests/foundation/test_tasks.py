"""The scheduled work of the foundation prunes exactly what is over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from foundation.limits import Limit, spend
from foundation.models import Spending
from foundation.tasks import RESULT_RETENTION, prune_limits, prune_task_results

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@task()
def work() -> None:
    """Do nothing; it only has to be enqueued."""


def a_result(
    status: TaskResultStatus, *, enqueued: timedelta, started: timedelta | None, ended: timedelta | None
) -> DBTaskResult[Any, Any]:
    """Create a task result whose stages lie that long ago."""
    result = DBTaskResult.objects.get(pk=work.enqueue().id)
    ago = {"enqueued_at": enqueued, "started_at": started, "finished_at": ended}
    moments = {name: None if age is None else NOW - age for name, age in ago.items()}
    DBTaskResult.objects.filter(pk=result.pk).update(status=status, **moments)
    return result


def left() -> set[DBTaskResult[Any, Any]]:
    return set(DBTaskResult.objects.all())


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("status", [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_what_ended_a_day_ago_is_forgotten(status: TaskResultStatus) -> None:
    old = RESULT_RETENTION + MOMENT
    a_result(status, enqueued=old, started=old, ended=old)
    late = a_result(status, enqueued=old * 3, started=old * 2, ended=RESULT_RETENTION - MOMENT)
    assert prune_task_results.call() == 1
    assert left() == {late}


def test_what_still_waits_is_kept_however_long_it_has_waited() -> None:
    waiting = a_result(TaskResultStatus.READY, enqueued=RESULT_RETENTION * 10, started=None, ended=None)
    assert prune_task_results.call() == 0
    assert left() == {waiting}


def test_what_runs_is_kept_however_long_it_had_waited_until_nobody_can_be_at_it_any_more() -> None:
    running = a_result(TaskResultStatus.RUNNING, enqueued=RESULT_RETENTION * 2, started=MOMENT, ended=None)
    a_result(TaskResultStatus.RUNNING, enqueued=RESULT_RETENTION * 2, started=RESULT_RETENTION + MOMENT, ended=None)
    assert prune_task_results.call() == 1
    assert left() == {running}


def test_limits_that_no_window_counts_any_more_are_forgotten() -> None:
    limit = Limit("tries", 5, timedelta(days=1))
    with time_machine.travel(NOW - timedelta(days=2, seconds=1), tick=False):
        spend(limit, [b"old"], "key")
    with time_machine.travel(NOW - timedelta(days=1, hours=23), tick=False):
        spend(limit, [b"new"], "key")
    assert prune_limits.call() == 1
    assert [bytes(row.subject) for row in Spending.objects.all()] == [b"new"]
