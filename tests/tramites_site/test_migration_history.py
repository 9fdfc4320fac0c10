"""A database of before is refused in one sentence, and stays as it is."""

import sqlite3
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tools.production import run
from tramites_site.migration_history import check_history

pytestmark = pytest.mark.django_db


def recorded() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def test_the_database_of_this_version_is_taken() -> None:
    check_history(connection)
    call_command("migrate", verbosity=0)


def test_a_database_with_a_migration_that_is_gone_is_refused() -> None:
    MigrationRecorder(connection).record_applied("procedures", "0007_of_before")
    before = recorded()
    with pytest.raises(
        CommandError, match=r"^The database .* was made by another version .* start again \(nothing "
    ) as refused:
        call_command("migrate", verbosity=0)
    assert str(refused.value).count(". ") == 0
    assert recorded() == before


def test_a_database_that_saw_migrations_in_an_impossible_order_is_refused() -> None:
    MigrationRecorder(connection).record_unapplied("auth", "0001_initial")
    with pytest.raises(CommandError, match="was made by another version"):
        call_command("migrate", verbosity=0)


def test_a_migration_of_a_library_that_is_gone_is_no_reason() -> None:
    MigrationRecorder(connection).record_applied("sessions", "0099_of_a_newer_version")
    check_history(connection)


def test_a_start_with_a_database_of_before_says_what_to_do_and_leaves_it_alone(tmp_path: Path) -> None:
    database = tmp_path / "tramites.sqlite3"
    with sqlite3.connect(database) as before:
        before.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT)")
        before.execute(
            "INSERT INTO django_migrations VALUES (1, 'procedures', '0023_of_before', '2026-11-01 00:00:00')"
        )
    before.close()
    for command in ("migrate", "prepare"):
        ended = run("manage.py", command, data=tmp_path)
        assert ended.returncode == 1
        assert ended.stderr.splitlines() == [
            f"CommandError: The database {database} was made by another version of the portal, whose migrations do not "
            f"fit this one's: move {tmp_path} aside and start again (nothing in it has been changed or deleted)."
        ]
    with sqlite3.connect(database) as after:
        assert after.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (1,)
    after.close()
