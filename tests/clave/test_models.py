"""Transitions of a validation, their effects, and the limits of its lifetimes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone

from clave.models import Method, Operation, State, Validation
from clave.pin.codes import access_code
from clave.pin.gateways.base import SmsSent
from tests.clave.pin.factories import after, by_app, by_sms, with_pin
from tests.factories import ANA, a_device, a_user, a_validation, an_identity
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BREATH = timedelta(microseconds=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Freeze time at ``START``."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def sms(**changes: object) -> SmsSent:
    lasting = {"request_id": "asked", "phone_ending": "78", "expires_at": START + timedelta(minutes=10)}
    return SmsSent(**{**lasting, "resend_after": 60, **changes})  # type: ignore[arg-type]  # changes fit its fields


def begun(validation: Validation, operation: Operation = Operation.VERIFICATION) -> str:
    """Begin a check and return its key."""
    key = validation.begin_check(operation)
    assert key is not None
    validation.refresh_from_db()
    return key


def verified(validation: Validation) -> Validation:
    assert validation.verify(begun(validation), an_identity(), str(uuid4()))
    return after(validation)


# --- One for a purpose ------------------------------------------------------------------------------------------------


def test_the_same_purpose_and_user_have_one_live_validation() -> None:
    first = by_app()
    assert a_validation(first.device, first.user, purpose=first.purpose).pk == first.pk


def test_another_user_makes_another_validation_and_ends_the_first() -> None:
    first = by_app()
    other = a_validation(first.device, a_user(first.device, "X1234567L", "Yasmin"), purpose=first.purpose)
    assert (after(first).state, other.state) == (State.ABANDONED, State.OPEN)


def test_the_proof_of_one_user_is_forgotten_when_another_is_chosen() -> None:
    first = verified(by_app())
    other = a_validation(first.device, a_user(first.device, "X1234567L", "Yasmin"), purpose=first.purpose)
    assert (after(first).state, after(first).identity_cell) == (State.ABANDONED, b"")
    assert other.user_id != first.user_id
    assert Validation.objects.consume(first.purpose, first.device_id) is None


def test_a_check_under_way_is_not_given_up_for_another_user() -> None:
    first = by_app()
    begun(first)
    other = a_validation(first.device, a_user(first.device, "X1234567L", "Yasmin"), purpose=first.purpose)
    assert (other.pk, other.state) == (first.pk, State.CHECKING)


def test_a_verified_one_of_the_same_user_is_kept() -> None:
    first = verified(by_app())
    assert a_validation(first.device, first.user, purpose=first.purpose).pk == first.pk


def test_with_no_sms_left_to_send_or_use_a_new_one_begins() -> None:
    first = by_sms(sends_left=0)
    again = a_validation(first.device, first.user, purpose=first.purpose)
    assert (after(first).state, again.sends_left) == (State.ABANDONED, settings.SENDS_PER_VALIDATION)


def test_a_pin_that_can_still_be_typed_is_not_given_up_for_want_of_sends() -> None:
    first = with_pin(sends_left=0)
    assert a_validation(first.device, first.user, purpose=first.purpose).pk == first.pk


def test_an_overdue_one_is_followed_by_a_new_one(clock: time_machine.Traveller) -> None:
    first = verified(by_app())
    clock.move_to(START + settings.VERIFIED_LIFETIME)
    again = a_validation(first.device, first.user, purpose=first.purpose)
    assert (after(first).state, after(first).identity_cell, again.state) == (State.EXPIRED, b"", State.OPEN)


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_beginnings_make_one_validation() -> None:
    device = a_device()
    user, purpose = a_user(device), f"access:{uuid4()}"
    in_parallel(lambda: a_validation(device, user, purpose=purpose), 10)
    assert Validation.objects.count() == 1


# --- A check takes the only right to ask ------------------------------------------------------------------------------


def test_a_check_spends_a_try_and_keeps_the_others_out() -> None:
    validation = by_app()
    begun(validation)
    assert (validation.state, validation.tries_left, validation.sends_left) == (State.CHECKING, 4, 3)
    assert validation.begin_check(Operation.VERIFICATION) is None


def test_a_sending_spends_a_send_and_no_try() -> None:
    validation = by_sms()
    begun(validation, Operation.SMS_REQUEST)
    assert (validation.tries_left, validation.sends_left) == (5, 2)


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        (Operation.VERIFICATION, {"tries_left": 0}),
        (Operation.SMS_REQUEST, {"sends_left": 0}),
        (Operation.RESEND, {"sends_left": 0}),
        (Operation.SMS_REQUEST, {"resend_at": START + BREATH}),
        (Operation.RESEND, {"resend_at": START + BREATH}),
        (Operation.VERIFICATION, {"expires_at": START}),
        (Operation.VERIFICATION, {"state": State.FAILED}),
        (Operation.VERIFICATION, {"state": State.CONSUMED}),
        (Operation.VERIFICATION, {"state": State.ABANDONED}),
    ],
)
def test_no_check_begins_without_the_right_to(
    clock: time_machine.Traveller, operation: Operation, changes: dict[str, Any]
) -> None:
    validation = by_sms(**changes)
    assert validation.begin_check(operation) is None
    kept = after(validation)
    assert (kept.state, kept.tries_left, kept.sends_left) == (
        validation.state,
        validation.tries_left,
        validation.sends_left,
    )


def test_another_sms_may_be_asked_for_when_the_pause_is_over(clock: time_machine.Traveller) -> None:
    assert by_sms(resend_at=START).begin_check(Operation.RESEND)


def test_a_check_forgets_what_the_one_before_had_to_say() -> None:
    validation = by_app(notice="wrong_pin", notice_until=timezone.now())
    begun(validation)
    assert (validation.notice, validation.notice_until) == ("", None)


# --- Only the check that began may end it -----------------------------------------------------------------------------


def test_an_answer_to_an_older_check_changes_nothing() -> None:
    validation = by_app()
    older = begun(validation)
    validation.reopen(older, "never_arrived", give_back=True)
    begun(validation)
    assert not validation.reopen(older, "wrong_pin")
    assert not validation.fail(older, "blocked")
    assert not validation.record_sms(older, sms())
    assert not validation.verify(older, an_identity(), "an-id")
    assert (after(validation).state, after(validation).tries_left) == (State.CHECKING, 4)


def test_a_no_opens_it_again_and_the_last_one_ends_it() -> None:
    validation = by_app(tries_left=2)
    states = []
    for _time in range(2):
        validation.reopen(begun(validation), "wrong_pin")
        states.append(after(validation).state)
    assert states == [State.OPEN, State.FAILED]


def test_the_last_try_given_back_opens_it_again() -> None:
    validation = by_app(tries_left=1)
    validation.reopen(begun(validation), "never_arrived", give_back=True)
    assert (after(validation).state, after(validation).tries_left) == (State.OPEN, 1)


def test_a_send_given_back_is_no_try() -> None:
    validation = by_sms()
    validation.reopen(begun(validation, Operation.SMS_REQUEST), "clave_away", give_back=True)
    assert (after(validation).tries_left, after(validation).sends_left) == (5, 3)


def test_an_assertion_seen_before_proves_nothing() -> None:
    first, second = by_app(), by_app()
    assert first.verify(begun(first), an_identity(), "an-id")
    with pytest.raises(IntegrityError):
        second.verify(begun(second), an_identity(), "an-id")
    assert after(second).state == State.CHECKING


def test_a_check_is_reconciled_once_a_second_over_all_tabs(clock: time_machine.Traveller) -> None:
    validation = by_app()
    begun(validation)
    assert [validation.begin_reconciliation(), validation.begin_reconciliation()] == [True, False]
    clock.shift(timedelta(seconds=1))
    assert validation.begin_reconciliation()


def test_choosing_again_is_no_longer_possible_while_clave_is_asked() -> None:
    validation = by_app()
    begun(validation)
    assert not validation.choose(Method.SMS)
    assert validation.method == Method.PIN_APP


# --- The proof ----------------------------------------------------------------------------------------------------


def test_a_proof_is_taken_once() -> None:
    validation = verified(by_app())
    taken = [Validation.objects.consume(validation.purpose, validation.device_id) for _time in range(2)]
    assert taken == [an_identity(), None]
    assert (after(validation).state, after(validation).identity_cell) == (State.CONSUMED, b"")


def test_a_proof_is_for_its_purpose_and_device() -> None:
    validation = verified(by_app())
    assert Validation.objects.consume(f"access:{uuid4()}", validation.device_id) is None
    assert Validation.objects.consume(validation.purpose, a_device(token="o" * 43).pk) is None
    assert after(validation).state == State.VERIFIED


@pytest.mark.django_db(transaction=True)
def test_a_proof_taken_by_ten_at_once_is_taken_once() -> None:
    validation = verified(by_app())
    taken: list[object] = []
    in_parallel(lambda: taken.append(Validation.objects.consume(validation.purpose, validation.device_id)), 10)
    assert taken.count(None) == 9


def test_a_proof_is_unreadable_in_the_database() -> None:
    validation = verified(by_app())
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_cell FROM clave_validation")
        cell = bytes(cursor.fetchone()[0])
    assert ANA.encode() not in cell
    assert b"Ana" not in cell
    assert validation.identity["document_number"] == ANA


# --- Lifetimes ----------------------------------------------------------------------------------------------------


def test_a_validation_ends_after_its_lifetime(clock: time_machine.Traveller) -> None:
    validation = by_app()
    clock.move_to(START + settings.VALIDATION_LIFETIME - BREATH)
    assert not after(validation).has_ended
    assert not Validation.objects.overdue().exists()
    clock.move_to(START + settings.VALIDATION_LIFETIME)
    assert after(validation).has_ended
    assert Validation.objects.overdue().exists()
    assert validation.begin_check(Operation.VERIFICATION) is None


def test_a_proof_ends_when_it_is_not_used(clock: time_machine.Traveller) -> None:
    validation = verified(by_app())
    clock.move_to(START + settings.VERIFIED_LIFETIME - BREATH)
    assert not after(validation).has_ended
    clock.move_to(START + settings.VERIFIED_LIFETIME)
    assert after(validation).has_ended
    assert Validation.objects.overdue().exists()
    assert Validation.objects.consume(validation.purpose, validation.device_id) is None


def test_a_pin_ends_after_its_lifetime_whatever_clave_says(clock: time_machine.Traveller) -> None:
    validation = by_sms()
    validation.record_sms(begun(validation, Operation.SMS_REQUEST), sms(expires_at=START + timedelta(hours=1)))
    sent = after(validation)
    clock.move_to(START + settings.PIN_LIFETIME - BREATH)
    assert sent.pin_is_live
    clock.move_to(START + settings.PIN_LIFETIME)
    assert not sent.pin_is_live


def test_a_pin_ends_earlier_when_clave_says_so(clock: time_machine.Traveller) -> None:
    validation = by_sms()
    validation.record_sms(begun(validation, Operation.SMS_REQUEST), sms(expires_at=START + timedelta(minutes=3)))
    assert after(validation).pin_expires_at == START + timedelta(minutes=3)


def test_no_pin_outlives_its_validation(clock: time_machine.Traveller) -> None:
    validation = by_sms()
    clock.move_to(START + settings.VALIDATION_LIFETIME - timedelta(minutes=1))
    validation.record_sms(begun(validation, Operation.SMS_REQUEST), sms(expires_at=START + timedelta(hours=1)))
    assert after(validation).pin_expires_at == validation.expires_at


@pytest.mark.parametrize(("asked", "kept"), [(5, 60), (60, 60), (90, 90)])
def test_the_longer_pause_counts(clock: time_machine.Traveller, asked: int, kept: int) -> None:
    validation = by_sms()
    validation.record_sms(begun(validation, Operation.SMS_REQUEST), sms(resend_after=asked))
    assert after(validation).resend_at == START + timedelta(seconds=kept)


def test_a_call_under_way_at_the_end_is_waited_for(clock: time_machine.Traveller) -> None:
    validation = by_app()
    clock.move_to(START + settings.VALIDATION_LIFETIME - timedelta(seconds=1))
    key = begun(validation)
    clock.shift(timedelta(seconds=3))
    assert not after(validation).has_ended
    assert not Validation.objects.overdue().exists()
    assert validation.verify(key, an_identity(), "an-id")
    assert not after(validation).has_ended


def test_a_call_that_never_comes_back_ends_with_its_validation(clock: time_machine.Traveller) -> None:
    validation = by_app()
    begun(validation)
    assert not Validation.objects.unanswered().exists()
    clock.move_to(validation.checking_until or START)
    assert Validation.objects.unanswered().get() == validation
    clock.move_to(START + settings.VALIDATION_LIFETIME)
    assert after(validation).has_ended
    assert Validation.objects.overdue().exists()


def test_the_access_code_is_always_the_same_and_kept_nowhere() -> None:
    validation = with_pin()
    assert after(validation).access_code == validation.access_code == access_code(validation.pk)
    assert validation.access_code not in [str(value) for value in Validation.objects.values_list().get()]
