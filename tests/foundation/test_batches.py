"""Deleting in batches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from foundation.batches import delete_in_batches
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
