"""An access moves by conditional updates: whoever comes second is told so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.failures import Failure
from accesses.models import Access, Outcome, State
from accesses.models.access import FINISHED, STALLED_AFTER, UNFINISHED
from accounts.models import Device
from tests.factories import a_device, a_queued_access, a_user, a_version, an_access, an_identity
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db

NOW = "2026-05-20 12:00:00+02:00"
OTHER = "o" * 43


@pytest.fixture
def device() -> Device:
    return a_device()


@pytest.fixture
def access(device: Device) -> Access:
    return an_access(device, a_version(), {"plate": "1234BBC"})


@pytest.fixture
def leased(device: Device) -> Access:
    taken = Access.objects.lease(a_queued_access(device, a_version()).pk)
    assert taken is not None
    return taken


def after(access: Access) -> Access:
    return Access.objects.get(pk=access.pk)


def at(seconds: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


# --- Beginning -------------------------------------------------------------------------------------------------------


def test_an_access_begins_with_its_inputs_sealed_and_a_day_to_live(access: Access, settings: Settings) -> None:
    assert access.inputs == {"plate": "1234BBC"}
    assert b"1234BBC" not in bytes(after(access).inputs_cell)
    assert abs(access.expires_at - timezone.now() - settings.ACCESS_LIFETIME) < timedelta(seconds=10)
    assert (access.state, access.purpose) == (State.STARTED, f"access:{access.pk}")


def test_the_same_form_sent_again_is_the_same_access_with_the_latest_inputs(access: Access) -> None:
    again = Access.objects.start(access.pk, access.device, access.version, {"plate": "0000BBB"})
    assert again is not None
    assert (again.pk, again.reference) == (access.pk, access.reference)
    assert again.inputs == after(access).inputs == {"plate": "0000BBB"}
    assert Access.objects.count() == 1


def test_once_identified_its_inputs_change_no_more(access: Access) -> None:
    access.queue(an_identity())
    again = Access.objects.start(access.pk, access.device, access.version, {"plate": "0000BBB"})
    assert again is not None
    assert again.inputs == {"plate": "1234BBC"}


def test_the_id_of_another_device_or_procedure_is_refused(access: Access) -> None:
    stranger, other = a_device(token=OTHER), a_version("dgt/multas")
    assert Access.objects.start(access.pk, stranger, access.version, {}) is None
    assert Access.objects.start(access.pk, access.device, other, {}) is None
    assert after(access).inputs == {"plate": "1234BBC"}


@pytest.mark.django_db(transaction=True)
def test_ten_forms_at_once_make_one_access() -> None:
    device, version, access_id = a_device(), a_version(), uuid4()
    made: list[Access | None] = []

    in_parallel(lambda: made.append(Access.objects.start(access_id, device, version, {})), 10)
    assert {one.pk for one in made if one} == {access_id}
    assert len(made) == 10
    assert Access.objects.count() == 1


# --- What a person sees of theirs ------------------------------------------------------------------------------------


def test_only_ones_own_accesses_are_there(access: Access) -> None:
    assert list(Access.objects.owned_by(bytes(access.device.token_hash))) == [access]
    assert not Access.objects.owned_by(bytes(a_device(token=OTHER).token_hash)).exists()
    assert not Access.objects.owned_by(b"").exists()


@pytest.mark.parametrize("state", State)
def test_each_state_is_unfinished_finished_or_over(access: Access, state: State) -> None:
    Access.objects.filter(pk=access.pk).update(state=state)
    assert Access.objects.unfinished().exists() == (state in UNFINISHED)
    assert Access.objects.recently_finished().exists() == (state in FINISHED)


def test_what_has_expired_is_unfinished_no_more_before_the_sweep_comes(access: Access, settings: Settings) -> None:
    with at(settings.ACCESS_LIFETIME.total_seconds() + 1):
        assert not Access.objects.unfinished().exists()
        assert after(access).has_expired


def test_what_is_under_way_stays_unfinished_however_old(access: Access, settings: Settings) -> None:
    access.queue(an_identity())
    with at(settings.ACCESS_LIFETIME.total_seconds() + 1):
        assert Access.objects.unfinished().exists()
        assert not after(access).has_expired


# --- Each move is won once -------------------------------------------------------------------------------------------


def test_it_is_queued_once_with_the_first_identity(access: Access) -> None:
    assert access.queue(an_identity())
    assert not access.queue(an_identity("00000000T"))
    queued = after(access)
    assert queued.identity == an_identity()
    assert (queued.state, queued.queued_at) == (State.QUEUED, queued.run_after)


def test_it_is_given_up_once_and_keeps_no_inputs(access: Access) -> None:
    assert access.discard()
    assert not access.discard()
    assert (after(access).state, after(access).inputs) == (State.DISCARDED, {})


@pytest.mark.parametrize("state", [state for state in State if state != State.STARTED])
def test_only_what_is_not_identified_yet_can_be_changed(access: Access, state: State) -> None:
    Access.objects.filter(pk=access.pk).update(state=state)
    assert not access.queue(an_identity())
    assert not access.discard()
    assert not access.choose_user(a_user(access.device))
    assert after(access).state == state


def test_the_right_to_work_is_won_once(leased: Access) -> None:
    assert leased.state == State.RUNNING
    assert Access.objects.lease(leased.pk) is None


@pytest.mark.parametrize("state", [state for state in State if state not in (State.QUEUED, State.RUNNING)])
def test_only_what_is_under_way_can_be_worked_on(access: Access, state: State) -> None:
    Access.objects.filter(pk=access.pk).update(state=state, run_after=timezone.now(), lease_until=timezone.now())
    assert Access.objects.lease(access.pk) is None


def test_nothing_is_worked_on_before_its_time(access: Access) -> None:
    access.queue(an_identity())
    Access.objects.filter(pk=access.pk).update(run_after=timezone.now() + timedelta(seconds=5))
    assert Access.objects.lease(access.pk) is None
    with at(5):
        assert Access.objects.lease(access.pk) is not None


def test_an_access_that_is_not_there_is_not_worked_on() -> None:
    assert Access.objects.lease(uuid4()) is None


def test_a_lease_that_ran_out_is_won_by_another_and_the_first_can_do_nothing_more(
    leased: Access, settings: Settings
) -> None:
    with at(settings.LEASE_SECONDS + 1):
        second = Access.objects.lease(leased.pk)
        assert second is not None
        for late in MOVES:
            assert not late(leased)
        assert second.mark_sending()
        assert second.finish(Outcome.NOTHING)


MOVES: list[Callable[[Access], bool]] = [
    lambda access: access.mark_sending(),
    lambda access: access.requeue(timezone.now()),
    lambda access: access.finish(Outcome.NOTHING),
    lambda access: access.fail(Failure.AWAY),
]


@pytest.mark.parametrize("last", MOVES[1:])
def test_after_its_last_move_a_worker_moves_nothing(leased: Access, last: Callable[[Access], bool]) -> None:
    assert last(leased)
    moved = Access.objects.values().get()
    for move in MOVES:
        assert not move(leased)
    assert Access.objects.values().get() == moved


def test_sending_is_written_down_before_it_is_done_and_renews_the_lease(leased: Access, settings: Settings) -> None:
    settings.CONNECTOR_TOTAL_SECONDS = 90
    assert leased.mark_sending()
    sending = after(leased)
    assert sending.sent_at is not None
    assert sending.lease_until is not None
    assert sending.attempts == 1
    assert sending.lease_until - sending.sent_at >= timedelta(seconds=90)


@pytest.mark.parametrize("end", MOVES[2:])
def test_at_its_end_what_proved_the_identity_is_forgotten(leased: Access, end: Callable[[Access], bool]) -> None:
    Access.objects.filter(pk=leased.pk).update(status_url="https://body.example/1")
    end(leased)
    ended = after(leased)
    assert (ended.identity_cell, ended.status_url) == (b"", "")
    assert ended.finished_at is not None


def test_what_the_body_says_is_sealed(leased: Access) -> None:
    leased.fail(Failure.REFUSED, "Falta el número 7")
    assert after(leased).detail == "Falta el número 7"
    assert "número 7".encode() not in bytes(after(leased).detail_cell)


# --- Lost work -------------------------------------------------------------------------------------------------------


def test_work_is_lost_when_its_worker_is_gone_or_never_came(leased: Access, settings: Settings) -> None:
    waiting = a_queued_access(leased.device, a_version("dgt/multas"))
    assert not Access.objects.stalled().exists()
    with at(STALLED_AFTER.total_seconds() + 1):
        assert list(Access.objects.stalled()) == [waiting]
    with at(settings.LEASE_SECONDS + 1):
        assert set(Access.objects.stalled()) == {waiting, leased}
        assert all(one.is_stalled for one in Access.objects.all())


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("seconds", [None, -3600, -16, -14, 0, 3600])
def test_the_row_and_the_query_agree_on_what_is_lost(access: Access, state: State, seconds: int | None) -> None:
    with time_machine.travel(NOW, tick=False):
        moment = None if seconds is None else timezone.now() + timedelta(seconds=seconds)
        Access.objects.filter(pk=access.pk).update(state=state, run_after=moment, lease_until=moment)
        assert after(access).is_stalled == Access.objects.stalled().exists()


def test_lost_work_is_taken_up_once(leased: Access, settings: Settings) -> None:
    with at(settings.LEASE_SECONDS + 1):
        assert Access.objects.reclaim(leased.pk)
        assert not Access.objects.reclaim(leased.pk)
        assert not leased.finish(Outcome.NOTHING)
        assert Access.objects.lease(leased.pk) is not None


def test_what_is_not_lost_is_not_taken_up(leased: Access) -> None:
    assert not Access.objects.reclaim(leased.pk)
    assert leased.finish(Outcome.NOTHING)


# --- Results ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.CONSULTATION, Outcome.NOTHING])
def test_what_a_body_said_is_gone_a_quarter_of_an_hour_after_it_was_first_shown(
    leased: Access, outcome: Outcome, settings: Settings
) -> None:
    leased.finish(outcome, result_cell=leased.seal_result({"sections": []}))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        after(leased).start_result_lifetime()
        clock.shift(settings.RESULT_LIFETIME - timedelta(seconds=1))
        shown = after(leased)
        shown.start_result_lifetime()
        assert not shown.result_has_expired
        clock.shift(1)
        assert after(leased).result_has_expired
        assert not Access.objects.recently_finished().exists()


@pytest.mark.parametrize("outcome", [Outcome.DOCUMENT, Outcome.FAILED])
def test_a_document_or_a_failure_is_not_gone(leased: Access, outcome: Outcome, settings: Settings) -> None:
    leased.finish(outcome)
    after(leased).start_result_lifetime()
    with at(settings.RESULT_LIFETIME.total_seconds() + 1):
        assert not after(leased).result_has_expired
        assert Access.objects.recently_finished().exists()


def test_two_tabs_that_show_a_result_first_start_one_clock(leased: Access) -> None:
    leased.finish(Outcome.CONSULTATION, result_cell=leased.seal_result({"sections": []}))
    first, second = after(leased), after(leased)
    first.start_result_lifetime()
    with at(60):
        second.start_result_lifetime()
    assert first.result_expires_at == second.result_expires_at == after(leased).result_expires_at
