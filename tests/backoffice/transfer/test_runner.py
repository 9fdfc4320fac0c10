"""Parallel requests and workers at the same import, each with a database connection of its own."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from backoffice.models import ImportRun, ImportState
from backoffice.transfer.runner import run_import
from procedures.models import Entity, Procedure, ProcedureVersion, VersionState
from procedures.transfer.export import Format
from tests.parallel import in_parallel
from tests.procedures.transfer.factories import a_content, an_entity, export_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor() -> User:
    with transaction.atomic():
        a_content(Procedure.objects.create(entity=an_entity(), slug="x")).publish()
    return User.objects.create_user("ana")


def a_run(user: User, tone: str) -> ImportRun:
    """Return the run of a file that is checked and ready."""
    found: dict[str, Any] = json.loads(export_file(Format.JSON))
    found["entities"][0]["tone"] = tone
    found["versions"][0]["name_es"] = f"Nombre {tone}"
    run = ImportRun.objects.store(user, "catalogo.json", json.dumps(found).encode(), "es")
    run_import(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.READY
    return run


def test_ten_taps_and_ten_workers_apply_once(editor: User) -> None:
    run = a_run(editor, "plum")
    won: list[bool] = []
    in_parallel(lambda: won.append(run.request_apply(editor)), 10)
    assert won.count(True) == 1
    in_parallel(lambda: run_import(run.pk), 10)
    run.refresh_from_db()
    assert run.state == ImportState.APPLIED
    assert ProcedureVersion.objects.filter(state=VersionState.DRAFT).count() == 1
    assert Entity.objects.get().revision == 1


def test_of_two_files_applied_at_once_one_wins_and_the_other_is_checked_again(editor: User) -> None:
    runs = [a_run(editor, tone) for tone in ("plum", "teal")]
    assert all(run.request_apply(editor) for run in runs)
    keys = iter([run.pk for run in runs])
    in_parallel(lambda: run_import(next(keys)), 2)
    for run in runs:
        run.refresh_from_db()
    states = {run.state: run for run in runs}
    assert set(states) == {ImportState.APPLIED, ImportState.READY}
    assert states[ImportState.READY].catalogue_changed
    tones = dict(zip([run.pk for run in runs], ("plum", "teal"), strict=True))
    assert Entity.objects.get().tone == tones[states[ImportState.APPLIED].pk]
    assert ProcedureVersion.objects.filter(state=VersionState.DRAFT).count() == 1
