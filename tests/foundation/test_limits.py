"""How much may be spent in a window, by whom, and that parallel calls spend no more."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from foundation.limits import Contended, Limit, give_back, spend
from foundation.models import Spending

pytestmark = pytest.mark.django_db

TRIES = Limit("tries", ceiling=5, window=timedelta(hours=24))
ANA, LUIS = [b"a" * 20], [b"l" * 20]
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def spends(times: int, *, subject: list[bytes] = ANA, limit: Limit = TRIES) -> int:
    """Try to spend so many times; return how many succeeded."""
    return sum(spend(limit, subject, uuid4().hex) for _time in range(times))


def spent_now(limit: Limit = TRIES, subject: list[bytes] = ANA) -> int:
    return len(Spending.objects.get(kind=limit.kind, subject=subject[0]).live(limit.window))


def test_so_much_may_be_spent_and_no_more() -> None:
    assert spends(7) == TRIES.ceiling


def test_of_nothing_nobody_may_spend_anything() -> None:
    assert spends(1, limit=Limit("sends", 0, timedelta(hours=1))) == 0


def test_subjects_and_kinds_are_counted_apart() -> None:
    assert spends(7) == TRIES.ceiling
    assert spends(7, subject=LUIS) == TRIES.ceiling
    assert spends(7, limit=Limit("sends", 3, timedelta(hours=1))) == 3


def test_the_window_rolls() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert spends(2) == 2
        clock.shift(timedelta(hours=20))
        assert spends(7) == 3
        clock.shift(timedelta(hours=4) - timedelta(seconds=1))
        assert spends(1) == 0
        clock.shift(timedelta(seconds=1))
        assert spends(7) == 2
        assert len(Spending.objects.get().entries) == TRIES.ceiling


def test_what_is_given_back_is_exactly_what_was_spent_under_its_key() -> None:
    for key in ("first", "second", "third"):
        spend(TRIES, ANA, key)
    spend(TRIES, LUIS, "second")
    give_back(TRIES, ANA, "second")
    assert [entry[0] for entry in Spending.objects.get(subject=ANA[0]).entries] == ["first", "third"]
    assert spent_now(subject=LUIS) == 1


@pytest.mark.parametrize("key", ["other", ""])
def test_what_was_not_spent_cannot_be_given_back(key: str) -> None:
    give_back(TRIES, ANA, key)
    spend(TRIES, ANA, "mine")
    give_back(TRIES, ANA, key)
    assert spent_now() == 1


def test_what_is_given_back_twice_is_given_back_once() -> None:
    spends(3)
    spend(TRIES, ANA, "mine")
    for _time in range(2):
        give_back(TRIES, ANA, "mine")
    assert spent_now() == 3


def test_what_was_given_back_can_be_spent_again() -> None:
    spends(4)
    spend(TRIES, ANA, "last")
    assert spends(1) == 0
    give_back(TRIES, ANA, "last")
    assert spends(2) == 1


@pytest.mark.parametrize("act", [lambda: spend(TRIES, ANA, "key"), lambda: give_back(TRIES, ANA, "key")])
def test_a_row_that_never_stands_still_spends_nothing(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> None:
    spends(1)
    monkeypatch.setattr("foundation.limits.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(Spending, "replace", lambda _row, _entries: False)
    with pytest.raises(Contended):
        act()
    assert spent_now() == 1


def test_a_row_that_somebody_else_made_meanwhile_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    spends(2)
    rows = Spending.objects.filter(kind=TRIES.kind, subject=ANA[0])
    with monkeypatch.context() as first_look:
        first_look.setattr(type(rows), "first", lambda _rows: None)
        assert spend(TRIES, ANA, "third")
    assert spent_now() == 3


def test_what_was_left_alone_for_longer_than_any_window_is_idle() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        spends(1)
        clock.shift(timedelta(days=1))
        spends(1, subject=LUIS)
        clock.shift(timedelta(days=1, seconds=1))
        assert [bytes(row.subject) for row in Spending.objects.idle()] == ANA


def test_a_row_that_was_swept_is_made_again() -> None:
    spends(2)
    Spending.objects.all().delete()
    assert spends(7) == TRIES.ceiling


# --- In parallel ----------------------------------------------------------------------------------------------------


def together(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Run the acts at the same moment, each on a database connection of its own."""
    line = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        line.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


@pytest.mark.django_db(transaction=True)
def test_a_crowd_spends_no_more_than_one() -> None:
    acts = [partial(spend, TRIES, ANA, str(number)) for number in range(16)]
    assert together(acts).count(True) == TRIES.ceiling
    assert spent_now() == TRIES.ceiling


@pytest.mark.django_db(transaction=True)
def test_a_crowd_that_spends_and_gives_back_loses_nothing() -> None:
    limit = Limit("tries", ceiling=100, window=timedelta(hours=1))
    for number in range(6):
        spend(limit, ANA, f"old-{number}")
    spending = [partial(spend, limit, ANA, f"new-{number}") for number in range(6)]
    returning = [partial(give_back, limit, ANA, f"old-{number}") for number in range(6)]
    together([*spending, *returning])
    assert sorted(entry[0] for entry in Spending.objects.get().entries) == [f"new-{number}" for number in range(6)]


def test_what_was_spent_under_a_former_key_counts_and_is_given_back() -> None:
    spends(TRIES.ceiling - 1)
    rotated = [b"n" * 20, *ANA]
    assert spend(TRIES, rotated, "last")
    assert not spend(TRIES, rotated, "too many")
    give_back(TRIES, rotated, "last")
    assert Spending.objects.get(subject=rotated[0]).entries == []
    assert spend(TRIES, rotated, "again")
