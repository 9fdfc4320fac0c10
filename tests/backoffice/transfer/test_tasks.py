"""Old imports are deleted a batch at a time, so that no transaction holds its locks for long."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.models import ImportRow, ImportRun, ImportState, imports
from backoffice.transfer import tasks

pytestmark = pytest.mark.django_db


def a_run(days_old: int, rows: int = 5) -> ImportRun:
    created_at = timezone.now() - timedelta(days=days_old)
    run = ImportRun.objects.create(
        file_name="a.json", content=b"{}", size=2, state=ImportState.READY, created_at=created_at
    )
    values = {"run": run, "kind": "entities", "key": "dgt", "status": "new"}
    ImportRow.objects.bulk_create(ImportRow(position=number, number=number, **values) for number in range(rows))
    return run


def test_what_was_found_in_an_old_file_is_deleted_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH_SIZE", 2)
    a_run(days_old=2)
    recent = a_run(days_old=0)
    with CaptureQueriesContext(connection) as queries:
        assert tasks.discard_old_imports.call() == 1
    deletions = [query["sql"] for query in queries if query["sql"].startswith('DELETE FROM "backoffice_importrow"')]
    assert len(deletions) == 3
    assert set(ImportRow.objects.values_list("run", flat=True)) == {recent.pk}


def test_an_interrupted_deletion_is_finished_the_next_time() -> None:
    run = a_run(days_old=2)
    ImportRun.objects.filter(pk=run.pk).update(content=b"", state=ImportState.DISCARDED)
    assert tasks.discard_old_imports.call() == 1
    assert not ImportRow.objects.exists()
    run.refresh_from_db()
    assert run.state == ImportState.DISCARDED


def test_a_file_that_is_being_processed_is_left_alone() -> None:
    run = a_run(days_old=2)
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.APPLYING)
    assert tasks.discard_old_imports.call() == 0
    assert ImportRow.objects.count() == 5


def test_the_records_of_long_ago_are_deleted_with_their_rows() -> None:
    a_run(days_old=91)
    tasks.discard_old_imports.call()
    assert not ImportRun.objects.exists()
    assert not ImportRow.objects.exists()
