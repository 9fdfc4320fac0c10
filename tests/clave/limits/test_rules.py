"""Ceilings, people and pauses, as pure rules over entries."""

from datetime import UTC, datetime, timedelta

import pytest

from clave.limits.rules import (
    DAY,
    HOUR,
    PLENTY,
    Act,
    Ceiling,
    DailyTotal,
    Entry,
    GrowingPause,
    People,
    Room,
    Tier,
    either,
    least,
    room_of,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + HOUR


def entries(*ages: timedelta, identity: str = "ana") -> list[Entry]:
    return [Entry("", (NOW - age).timestamp(), Tier.STRANGER, "d", "n", identity, Act.PIN) for age in ages]


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


@pytest.mark.parametrize(
    ("most", "ages", "room"),
    [
        (2, [], Room(2)),
        (2, minutes(5), Room(1)),
        (2, minutes(50, 5), Room(0, NOW + timedelta(minutes=10))),
        (2, minutes(59, 50, 5), Room(0, NOW + timedelta(minutes=10))),  # lowered meanwhile: two must be over
        (2, minutes(60, 5), Room(1)),
        (0, [], Room(0, NOW + HOUR)),
    ],
)
def test_a_ceiling_opens_when_enough_is_over(most: int, ages: list[timedelta], room: Room) -> None:
    assert room_of([Ceiling(most, HOUR, entries(*ages))], NOW.timestamp()) == room


@pytest.mark.parametrize(
    ("refused", "age", "wait"),
    [(2, 0, 0), (3, 0, 30), (3, 29, 1), (3, 30, 0), (4, 0, 60), (5, 0, 120), (9, 0, 1800), (40, 0, 1800)],
)
def test_each_refusal_beyond_the_free_ones_doubles_the_pause(refused: int, age: int, wait: int) -> None:
    spent = entries(*[timedelta(seconds=age)] * refused)
    rule = GrowingPause(3, timedelta(seconds=30), timedelta(minutes=30), spent)
    assert room_of([rule], NOW.timestamp()) == (Room(0, NOW + timedelta(seconds=wait)) if wait else Room(PLENTY))


def test_distinct_people_are_counted_once_and_one_of_them_goes_on() -> None:
    known = [entry for name in ("a", "b") for entry in entries(*minutes(40, 10), identity=name)]
    rooms = {name: room_of([People(2, HOUR, known, name)], NOW.timestamp()) for name in ("a", "b", "c")}
    assert rooms == {"a": Room(PLENTY), "b": Room(PLENTY), "c": Room(0, NOW + timedelta(minutes=50))}


def test_the_total_of_a_day_opens_with_the_next() -> None:
    assert room_of([DailyTotal(3, 1, LATER.timestamp())], NOW.timestamp()) == Room(2)
    assert room_of([DailyTotal(3, 3, LATER.timestamp())], NOW.timestamp()) == Room(0, LATER)


@pytest.mark.parametrize(
    ("rooms", "together", "any_of_them"),
    [
        ([Room(3), Room(2)], Room(2), Room(3)),
        ([Room(3), Room(0, LATER)], Room(0, LATER), Room(3)),
        ([Room(0, NOW), Room(0, LATER)], Room(0, LATER), Room(0, NOW)),
        ([Room(0), Room(0, LATER)], Room(0), Room(0, LATER)),  # what never opens, opens at no hour
        ([Room(0), Room(2)], Room(0), Room(2)),
    ],
)
def test_rooms_that_are_all_needed_and_rooms_of_which_one_is(
    rooms: list[Room], together: Room, any_of_them: Room
) -> None:
    assert least(*rooms) == together
    assert either(*rooms) == any_of_them


def test_the_last_of_several_rules_to_open_decides() -> None:
    spent = entries(*minutes(30))
    assert room_of([Ceiling(1, HOUR, spent), Ceiling(1, DAY, spent)], NOW.timestamp()) == Room(
        0, NOW + DAY - timedelta(minutes=30)
    )
