"""Recorded entries stay, in order, and contain nothing about a citizen."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, OperationalError, connection, transaction
from pytest_django.fixtures import Settings

from foundation import audit
from foundation.audit import recording
from foundation.audit.details import LONGEST_VALUE, MASKED
from foundation.audit.verification import verify
from foundation.keysets import new_audit_key
from foundation.models import AppendOnly, AuditEntry, AuditHead
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db

THREADS, EACH = 20, 10


class Undone(Exception):
    """Raised to roll a transaction back."""


def undone(act: Callable[[], None]) -> None:
    """Act inside a transaction, then roll it back."""
    with transaction.atomic():
        act()
        raise Undone


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.after(0))


def actions() -> list[str]:
    return [entry.action for entry in entries()]


def test_an_entry_says_who_did_what_to_what_and_when() -> None:
    audit.record("version.published", actor="ana", target="procedures.procedureversion:12", note="Ámbito", number=3)
    entry = AuditEntry.objects.get()
    assert (entry.number, entry.actor, entry.action) == (1, "ana", "version.published")
    assert entry.target == "procedures.procedureversion:12"
    assert entry.content == {"note": "Ámbito", "number": 3}
    assert entry.moment.utcoffset() is not None


def test_entries_are_numbered_and_chained() -> None:
    for _number in range(3):
        audit.record("a.b")
    first, second, third = entries()
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert (second.previous, third.previous) == (first.hash, second.hash)
    head = AuditHead.current()
    assert head is not None
    assert (head.number, head.hash) == (3, third.hash)
    assert verify().fault is None


@pytest.mark.parametrize(
    "act",
    [
        lambda: AuditEntry.objects.get().save(),
        lambda: AuditEntry.objects.get().delete(),
        lambda: AuditEntry.objects.update(actor="otro"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.create(number=2),
        lambda: AuditEntry.objects.bulk_create([]),
        lambda: AuditEntry.objects.bulk_update([], ["actor"]),
    ],
)
def test_an_entry_is_never_changed_nor_deleted(act: Callable[[], Any]) -> None:
    audit.record("a.b")
    with pytest.raises(AppendOnly):
        act()
    assert actions() == ["a.b"]


@pytest.mark.parametrize(
    "statement", ["UPDATE foundation_auditentry SET actor = 'otro'", "DELETE FROM foundation_auditentry"]
)
def test_postgresql_itself_refuses_to_change_an_entry(statement: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no trigger for it (docs/decisions/0010)")
    audit.record("a.b")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert actions() == ["a.b"]


# --- With and without a transaction ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_entry_about_a_change_rolls_back_with_it() -> None:
    with pytest.raises(Undone):
        undone(lambda: audit.record("a.lost"))
    with transaction.atomic():
        audit.record("a.kept")
    audit.record("a.outside")
    assert actions() == ["a.kept", "a.outside"]
    assert verify().fault is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_about_a_refusal_outlives_the_transaction_around_it() -> None:
    with pytest.raises(Undone):
        undone(lambda: audit.record_anyway("a.refused", once_for=["x"]))
    assert actions() == []
    request_finished.send(None)
    assert actions() == ["a.refused"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_about_a_refusal_is_written_with_the_commit_or_at_once() -> None:
    with transaction.atomic():
        audit.record_anyway("a.in")
        assert actions() == []
    audit.record_anyway("a.out")
    assert actions() == ["a.in", "a.out"]
    request_finished.send(None)
    assert actions() == ["a.in", "a.out"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap() -> None:

    def write() -> None:
        for number in range(EACH):
            if number % 2:
                audit.record("a.outside", number=number)
            else:
                with transaction.atomic():
                    audit.record("a.inside", number=number)

    in_parallel(write, THREADS)
    assert [entry.number for entry in entries()] == list(range(1, THREADS * EACH + 1))
    assert verify().fault is None


# --- What it never does ----------------------------------------------------------------------------------------------


def test_it_does_not_break_the_act_that_it_records(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.AUDIT_KEY = "no key"
    audit.record("a.b")
    audit.record_anyway("a.c")
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert not AuditEntry.objects.exists()


def test_an_act_that_is_already_lost_gets_its_own_error(caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        audit.record("a.b")
    assert "Not in the audit log" in caplog.text


def test_a_database_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(recording, "append", away)
    with pytest.raises(OperationalError):
        audit.record("a.b")
    audit.record_anyway("a.b")


@pytest.mark.parametrize(
    "value",
    [
        "12345678Z",
        "la de 12.345.678-Z no sirve",
        "dni_12345678z.pdf",
        "X1234567L",
        "y-1234567-X",
        "612345678",
        "+34 612 34 56 78",
        "llama al 912-345-678",
        "0034612345678",
        "ana@example.com",
        "PIN ABC",
        "el PIN: 123456 no vale",
        "código A2B3",
        612345678,
    ],
)
def test_what_looks_like_a_persons_number_is_masked(value: str | int) -> None:
    audit.record("a.b", note=value)
    entry = AuditEntry.objects.get()
    assert MASKED in str(entry.content["note"])
    assert not any(len(run) > 2 for run in "".join(c if c.isdigit() else " " for c in entry.detail).split())


@pytest.mark.parametrize("name", ["pin", "document_number", "phone", "alias", "inputs", "contrast", "password", "dni"])
def test_what_a_name_says_to_be_personal_is_not_looked_at(name: str) -> None:
    audit.record("a.b", **{name: "Zzz"})
    assert AuditEntry.objects.get().content == {name: MASKED}


@pytest.mark.parametrize(
    "value",
    [
        "dgt/puntos",
        "2026-11-24 21:49:35",
        "24/11/2026",
        "v12 · Mis puntos",
        "https://sede.dgt.gob.es/a",
        "E04990201",
        "procedures.procedureversion:12",
        "1e0c43b6-2a39-4a6b-9c0e-6f1f7c1d2e3f",
        "AEAT, CSV, XLSX",
        50_000,
        15_728_640,
        True,
        None,
    ],
)
def test_what_staff_do_can_be_read(value: str | int | bool | None) -> None:
    audit.record("a.b", note=value)
    assert AuditEntry.objects.get().content == {"note": value}


def test_an_identity_is_masked_in_actor_and_target_too() -> None:
    audit.record("a.b", actor="12345678Z", target="accounts.claveuser:X1234567L")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.target) == (MASKED, f"accounts.claveuser:{MASKED}")


def test_an_entry_is_bounded_and_of_plain_lines() -> None:
    many: dict[str, Any] = {f"n{number}": "á\x00\n\ud800" * 500 for number in range(50)}
    audit.record("á b" * 100, actor="a\nb" * 100, target="c" * 500, **many, other=cast(Any, [1.5]))
    entry = AuditEntry.objects.get()
    assert all(len(str(value)) <= LONGEST_VALUE for value in entry.content.values())
    assert len(entry.detail) < 30_000
    assert entry.actor.isprintable()
    assert verify().fault is None


# --- Rate limits -----------------------------------------------------------------------------------------------------


@pytest.fixture
def many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every call look like another process, which remembers nothing."""
    monkeypatch.setattr(recording._recent, "is_new", lambda _subject: True)


@pytest.mark.usefixtures("many_processes")
def test_the_same_for_the_same_is_recorded_once_an_hour_by_all_processes() -> None:
    for subject in (b"one", b"one", b"two", b"one"):
        audit.record_anyway("identity.blocked", once_for=[subject])
    audit.record_anyway("identity.other", once_for=[b"one"])
    assert actions() == ["identity.blocked", "identity.blocked", "identity.other"]


def test_what_was_just_recorded_costs_no_query(django_assert_num_queries: Any) -> None:
    audit.record_anyway("a.b", once_for=["x"])
    with django_assert_num_queries(0):
        audit.record_anyway("a.b", once_for=["x"])


def test_an_entry_costs_three_queries_and_a_savepoint(django_assert_num_queries: Any) -> None:
    audit.record("a.first")
    with django_assert_num_queries(5):
        audit.record("a.b")


def test_many_subjects_cannot_flood_the_log() -> None:
    for number in range(recording.MOST_IN_ALL + 5):
        audit.record_anyway("a.b", once_for=[str(number)])
    assert len(entries()) == recording.MOST_IN_ALL


def test_a_new_key_seals_what_follows(settings: Settings) -> None:
    audit.record("a.b")
    former = settings.AUDIT_KEY
    settings.AUDIT_KEY = f"{new_audit_key()},{former}"
    audit.record("a.c")
    first, second = entries()
    assert first.key_id != second.key_id
    assert verify().fault is None
