"""``verify_audit`` finds tampering at the right entry, and none in a log that nobody touched."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from pytest_django.fixtures import Settings

from foundation import audit
from foundation.audit import verification
from foundation.audit.chain import expected_hash
from foundation.audit.keys import seal
from foundation.audit.verification import Checkpoint, FaultKind, verify
from foundation.keysets import new_audit_key
from foundation.models import AuditEntry, AuditHead
from foundation.tasks import FOUND_BROKEN, VERIFIED, verify_audit

pytestmark = pytest.mark.django_db

MANY = 10


@pytest.fixture(autouse=True)
def _log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record ten entries, verified three at a time, and lift the database's own guard for the tampering."""
    monkeypatch.setattr(verification, "BATCH", 3)
    for number in range(MANY):
        audit.record("a.b", actor="ana", target=f"x:{number}", number=number)
    if connection.vendor == "postgresql":
        sql("ALTER TABLE foundation_auditentry DISABLE TRIGGER audit_is_append_only")


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def column(name: str, value: str) -> Callable[[], None]:
    return lambda: sql(f"UPDATE foundation_auditentry SET {name} = '{value}' WHERE number = 5")  # noqa: S608  ours


def dropped(which: str) -> Callable[[], None]:
    return lambda: sql(f"DELETE FROM foundation_auditentry WHERE {which}")  # noqa: S608  ours


def renumber(number: int, new: int) -> None:
    sql(f"UPDATE foundation_auditentry SET number = {new} WHERE number = {number}")  # noqa: S608  ours


def swapped() -> None:
    renumber(4, 99)
    renumber(5, 4)
    renumber(99, 5)


def closed_up() -> None:
    """Delete one and close the gap."""
    dropped("number = 5")()
    for number in range(6, MANY + 1):
        renumber(number, number - 1)


def forged(number: int) -> None:
    """Insert an entry as somebody without a key would."""
    last = AuditEntry.objects.get(number=number - 1)
    sql(
        "INSERT INTO foundation_auditentry (number, moment, actor, action, target, detail, key_id, previous, hash)"  # noqa: S608
        f" VALUES ({number}, '2026-11-24 10:00:00+00', '', 'a.b', '', '{{}}', '{last.key_id}', '{last.hash}',"
        f" '{'a' * 64}')"
    )


def head_without_seal() -> None:
    AuditHead.objects.update(number=F("number") - 1)


TAMPERED: dict[str, tuple[Callable[[], object], int, FaultKind]] = {
    **{
        name: (column(name, value), 5, FaultKind.ALTERED)
        for name, value in {
            "actor": "otra",
            "action": "a.c",
            "target": "x:9",
            "detail": '{"number":5}',
            "moment": "2026-01-01 10:00:00+00",
            "previous": "0" * 64,
            "hash": "0" * 64,
        }.items()
    },
    "key": (column("key_id", "none"), 5, FaultKind.UNKNOWN_KEY),
    "dropped": (dropped("number = 5"), 6, FaultKind.MISSING),
    "first dropped": (dropped("number = 1"), 2, FaultKind.MISSING),
    "tail dropped": (dropped("number > 8"), 8, FaultKind.TAIL),
    "all dropped": (dropped("number > 0"), 0, FaultKind.TAIL),
    "swapped": (swapped, 4, FaultKind.ALTERED),
    "closed up": (closed_up, 5, FaultKind.ALTERED),
    "put in": (lambda: forged(MANY + 1), MANY + 1, FaultKind.ALTERED),
    "head forged": (head_without_seal, MANY, FaultKind.HEAD),
    "head dropped": (AuditHead.objects.all().delete, MANY, FaultKind.HEAD),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found_where_it_is(name: str) -> None:
    tamper, number, wrong = TAMPERED[name]
    assert verify().fault is None
    tamper()
    found = verify()
    assert found.fault is not None
    assert (found.fault.number, found.fault.kind) == (number, wrong)
    assert found.checked <= number


@pytest.mark.parametrize("name", sorted({*TAMPERED} - {"key"}))
def test_recording_goes_on_and_does_not_hide_it(name: str) -> None:
    TAMPERED[name][0]()
    audit.record("a.later")
    assert AuditEntry.objects.filter(action="a.later").exists()
    assert verify().fault is not None


def test_an_entry_with_a_right_seal_in_a_wrong_place_is_found() -> None:
    """Somebody who holds the key rewrites one: the next entry does not follow it."""
    entry = AuditEntry.objects.get(number=5)
    entry.actor = "otra"
    column("hash", expected_hash(entry) or "")()
    column("actor", "otra")()
    found = verify()
    assert found.fault is not None
    assert (found.fault.number, found.fault.kind) == (6, FaultKind.MOVED)


def test_an_older_state_is_found_by_a_checkpoint() -> None:
    said = StringIO()
    call_command("verify_audit", "--head", stdout=said)
    checkpoint = Checkpoint.parse(said.getvalue())
    assert verify(checkpoint).fault is None
    older = AuditEntry.objects.get(number=8)
    dropped("number > 8")()
    right = seal("head", [8, older.hash], older.key_id)
    AuditHead.objects.update(number=8, hash=older.hash, seal=right)
    assert verify().fault is None
    found = verify(checkpoint)
    assert found.fault is not None
    assert (found.fault.number, found.fault.kind) == (8, FaultKind.TAIL)


def test_an_entry_that_differs_from_the_checkpoint_is_found() -> None:
    found = verify(Checkpoint(4, "a" * 64))
    assert found.fault is not None
    assert (found.fault.number, found.fault.kind) == (4, FaultKind.CHECKPOINT)


def test_what_is_appended_meanwhile_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    current = AuditHead.current
    more = [1, 2]

    def slow() -> AuditHead | None:
        if more:
            more.pop()
            audit.record("a.meanwhile")
        return current()

    monkeypatch.setattr(AuditHead, "current", slow)
    found = verify()
    assert (found.fault, found.checked) == (None, MANY + 2)


def test_the_command_says_how_many_were_checked() -> None:
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue().startswith(f"{MANY} entries, all as they were written")


def test_the_command_ends_badly_at_the_first_fault() -> None:
    column("actor", "otra")()
    with pytest.raises(CommandError, match=f"^entry 5: {FaultKind.ALTERED}. 4 entries before it are whole.$"):
        call_command("verify_audit")


@pytest.mark.parametrize("since", ["5", "a:b", f"5:{'a' * 63}"])
def test_the_command_refuses_what_is_no_checkpoint(since: str) -> None:
    with pytest.raises(CommandError, match="number:hash is expected"):
        call_command("verify_audit", since=since)


def test_no_forged_head_is_printed() -> None:
    head_without_seal()
    with pytest.raises(CommandError, match="head of the audit log"):
        call_command("verify_audit", "--head")


def test_a_log_without_its_key_is_not_authentic(settings: Settings) -> None:
    settings.AUDIT_KEY = new_audit_key()
    found = verify()
    assert found.fault is not None
    assert found.fault.kind == FaultKind.UNKNOWN_KEY


def test_an_empty_log_is_whole() -> None:
    dropped("number > 0")()
    AuditHead.objects.all().delete()
    assert verify().fault is None
    audit.record("a.b")
    assert verify().checked == 1


def test_the_task_writes_down_that_the_log_is_whole() -> None:
    assert verify_audit.func() == MANY
    assert AuditEntry.objects.after(MANY).get().action == VERIFIED


def test_the_task_raises_the_alarm(caplog: pytest.LogCaptureFixture) -> None:
    column("actor", "otra")()
    verify_audit.func()
    assert "The audit log is broken: entry 5" in caplog.text
    entry = AuditEntry.objects.after(MANY).get()
    assert (entry.action, entry.content["at"], entry.content["fault"]) == (FOUND_BROKEN, 5, "altered")
