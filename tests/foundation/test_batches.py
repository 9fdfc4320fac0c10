"""Deleting and updating in batches."""

from typing import Any

import pytest
from django.db import connection
from django.tasks import TaskResultStatus
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from foundation.batches import delete_in_batches, update_in_batches
from foundation.tasks import prune_task_results

pytestmark = pytest.mark.django_db


def make(many: int) -> list[str]:
    return [str(prune_task_results.enqueue().id) for _number in range(many)]


def test_all_and_only_the_rows_asked_for_are_deleted() -> None:
    *others, kept = make(5)
    assert delete_in_batches(DBTaskResult.objects.exclude(pk=kept), size=2) == len(others)
    assert str(DBTaskResult.objects.get().pk) == kept


def test_no_statement_deletes_more_than_a_batch() -> None:
    make(5)
    with CaptureQueriesContext(connection) as captured:
        delete_in_batches(DBTaskResult.objects.all(), size=2)
    assert sum(query["sql"].startswith("DELETE FROM") for query in captured) == 3


def test_nothing_to_delete_is_one_query() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert delete_in_batches(DBTaskResult.objects.all()) == 0
    assert len(captured) == 1


def test_all_and_only_the_rows_asked_for_are_updated() -> None:
    *others, kept = make(5)
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert update_in_batches(waiting.exclude(pk=kept), {"status": TaskResultStatus.FAILED}, size=2) == len(others)
    assert str(waiting.get().pk) == kept


def test_a_row_that_has_changed_meanwhile_is_left_alone() -> None:
    [mine] = make(1)
    statements: list[str] = []

    def started_before_it_is_deleted(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        if len(statements) == 2:
            DBTaskResult.objects.filter(pk=mine).update(status=TaskResultStatus.RUNNING)
        return execute(sql, *rest)

    with connection.execute_wrapper(started_before_it_is_deleted):
        assert delete_in_batches(DBTaskResult.objects.filter(status=TaskResultStatus.READY)) == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
