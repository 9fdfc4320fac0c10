"""The places at an entity: two at once, given back, and free again when their holder is gone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.models import ConnectorSlot
from accesses.models.connector_slots import call_lease
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


def acquire(entity: str = "dgt") -> UUID | None:
    holder = uuid4()
    return holder if ConnectorSlot.objects.acquire(entity, holder) else None


def test_as_many_as_the_setting_says_are_at_an_entity_at_once(settings: Settings) -> None:
    settings.SLOTS_PER_ENTITY = 3
    assert [acquire() is not None for _time in range(5)] == [True, True, True, False, False]


def test_entities_do_not_wait_for_each_other() -> None:
    for entity in ("dgt", "aeat"):
        assert acquire(entity)
        assert acquire(entity)
        assert not acquire(entity)


def test_a_place_that_is_given_back_is_free() -> None:
    first = acquire()
    acquire()
    assert first is not None
    ConnectorSlot.objects.release(first)
    assert acquire()
    assert not acquire()


def test_who_holds_nothing_gives_nothing_back() -> None:
    acquire()
    acquire()
    ConnectorSlot.objects.release(uuid4())
    assert not acquire()


def test_the_place_of_who_is_gone_is_free_after_the_longest_turn() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        acquire()
        acquire()
        clock.shift(call_lease() - timedelta(seconds=1))
        assert not acquire()
        clock.shift(2)
        assert acquire()


def test_who_comes_back_too_late_does_not_free_anothers_place() -> None:
    late = acquire()
    acquire()
    with time_machine.travel(timezone.now() + call_lease() + timedelta(seconds=1), tick=False):
        assert acquire()
        assert acquire()
        assert late is not None
        ConnectorSlot.objects.release(late)
        assert not acquire()


def test_a_smaller_setting_leaves_places_unused_and_a_larger_one_makes_more(settings: Settings) -> None:
    settings.SLOTS_PER_ENTITY = 4
    assert acquire()
    ConnectorSlot.objects.update(holder=None, held_until=None)
    settings.SLOTS_PER_ENTITY = 1
    assert acquire()
    assert not acquire()
    settings.SLOTS_PER_ENTITY = 5
    assert [acquire() is not None for _time in range(5)] == [True, True, True, True, False]


@pytest.mark.parametrize(("lease", "total", "longest"), [(60, 30, 60), (60, 90, 105)])
def test_a_turn_is_never_shorter_than_a_call(settings: Settings, lease: int, total: int, longest: int) -> None:
    settings.LEASE_SECONDS, settings.CONNECTOR_TOTAL_SECONDS = lease, total
    assert call_lease() == timedelta(seconds=longest)


@pytest.mark.django_db(transaction=True)
def test_ten_who_come_at_once_get_two_places() -> None:
    won: list[bool] = []
    in_parallel(lambda: won.append(acquire() is not None), 10)
    assert won.count(True) == 2
    assert ConnectorSlot.objects.count() == 2
