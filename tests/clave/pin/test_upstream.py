"""Checks: what each one spends, and how each answer, or none, settles the validation."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import ClaveUser
from clave.limits.allowance import allowance_of
from clave.models import Method, State, Validation
from clave.pin import upstream
from clave.pin.gateways import gateway
from clave.pin.gateways.base import Contrast, Verified
from clave.pin.notices import Notice
from tests.clave.pin.factories import (
    WRONG,
    after,
    all_call_slots_taken,
    answer,
    by_app,
    by_sms,
    contrast_of,
    fail_all,
    next_allowance,
    with_sms,
)
from tests.factories import ANA, a_device, a_user, a_validation, known_to
from tests.live_sandbox import LiveSandbox
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


def wrong_tries(validation: Validation, times: int) -> Validation:
    for _time in range(times):
        upstream.verify_app(after(validation), *WRONG)
    return after(validation)


def test_the_right_pin_verifies_and_gives_the_try_of_the_day_back(
    live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.TRIES_PER_IDENTITY_PER_DAY = 2
    validation = by_app()
    app = live_sandbox.app_pin(ANA)
    upstream.verify_app(validation, app["code"], app["pin"])
    assert after(validation).state == State.VERIFIED
    assert after(validation).identity["document_number"] == ANA
    assert next_allowance(validation).tries == 2


def test_a_verified_identity_makes_the_user_known_on_this_device(live_sandbox: LiveSandbox) -> None:
    validation = by_app()
    app = live_sandbox.app_pin(ANA)
    upstream.verify_app(validation, app["code"], app["pin"])
    user = ClaveUser.objects.get(pk=validation.user_id)
    assert (user.is_stranger, user.level) == (False, "advanced")


def test_a_wrong_pin_spends_a_try(live_sandbox: LiveSandbox) -> None:
    validation = wrong_tries(by_app(), 1)
    assert next_allowance(validation).tries == 2
    assert (validation.state, validation.tries_left, validation.notice) == (State.OPEN, 4, Notice.WRONG_PIN)


def test_a_sixth_wrong_pin_never_reaches_clave(live_sandbox: LiveSandbox) -> None:
    validation = by_app()
    known_to(validation.user)
    assert wrong_tries(validation, 6).state == State.FAILED
    assert live_sandbox.effects()["verifications"] == 5


def test_strangers_may_spend_half_of_their_part_before_the_contrast_is_asked(live_sandbox: LiveSandbox) -> None:
    first = wrong_tries(by_app(), 5)
    assert (first.notice, first.tries_left) == (Notice.NEEDS_CONTRAST, 2)
    second = wrong_tries(a_validation(first.device, first.user, Method.PIN_APP), 1)
    assert (second.notice, second.tries_left) == (Notice.NEEDS_CONTRAST, 5)
    assert live_sandbox.effects()["verifications"] == 3


def test_the_person_herself_still_has_the_other_half(live_sandbox: LiveSandbox) -> None:
    stranger = wrong_tries(by_app(), 5)
    device = a_device(token="o" * 43)
    owner = a_validation(device, known_to(a_user(device)), Method.PIN_APP)
    assert wrong_tries(owner, 1).notice == Notice.WRONG_PIN
    assert stranger.notice == Notice.NEEDS_CONTRAST


def test_ten_wrong_tries_in_a_day_are_all_over_all_devices(live_sandbox: LiveSandbox) -> None:
    device = a_device()
    user = known_to(a_user(device))
    for _round in range(2):
        wrong_tries(a_validation(device, user, Method.PIN_APP), 5)
    assert wrong_tries(a_validation(device, user, Method.PIN_APP), 1).notice == Notice.TRIES_OF_THE_DAY
    assert live_sandbox.effects()["verifications"] == 10
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert allowance_of(user, bytes(device.token_hash), b"", Method.values).tries == 5


def test_an_unregistered_person_and_a_wrong_contrast_look_the_same(live_sandbox: LiveSandbox) -> None:
    unregistered = live_sandbox.person(registered=False)["document_number"]
    notices = []
    for number, contrast in (
        (unregistered, contrast_of(live_sandbox, unregistered)),
        (ANA, Contrast("issue_date", "1999-01-01")),
    ):
        validation = by_sms(number=number)
        upstream.request_sms(validation, contrast)
        kept = after(validation)
        notices.append((kept.notice, kept.sends_left, kept.contrasts_left, kept.state, next_allowance(kept)))
    assert notices[0] == notices[1]
    assert notices[0][:4] == (Notice.WRONG_CONTRAST, 3, 4, State.OPEN)


def test_a_block_is_named_only_where_the_person_is_known(live_sandbox: LiveSandbox) -> None:
    blocked = live_sandbox.person(blocked=True)["document_number"]
    validation = by_sms(number=blocked)
    upstream.request_sms(validation, contrast_of(live_sandbox, blocked))
    assert after(validation).notice == Notice.WRONG_CONTRAST
    known = a_validation(validation.device, known_to(validation.user), Method.SMS)
    upstream.request_sms(known, contrast_of(live_sandbox, blocked))
    assert (after(known).notice, after(known).state) == (Notice.BLOCKED, State.FAILED)


def test_an_sms_can_be_sent_again_only_after_its_pause_and_three_times_in_all(live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox)
    known_to(validation.user)
    assert upstream.resend_sms(after(validation)) == Notice.TOO_EARLY
    for _time in range(3):
        Validation.objects.filter(pk=validation.pk).update(resend_at=timezone.now())
        last = upstream.resend_sms(after(validation))
    assert last == Notice.NO_SENDS
    assert live_sandbox.effects()["sms_sent"] == 3


def test_five_sms_an_hour_are_all_for_one_identity(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.SENDS_PER_IDENTITY_PER_HOUR = 1
    device = a_device()
    user = known_to(a_user(device))
    notices = []
    for _time in range(2):
        validation = a_validation(device, user, Method.SMS)
        upstream.request_sms(validation, contrast_of(live_sandbox))
        notices.append(after(validation).notice)
    assert notices == ["", Notice.SENDS_OF_THE_HOUR]
    assert live_sandbox.effects()["sms_sent"] == 1


def test_an_expired_pin_is_not_even_asked_about(live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox)
    Validation.objects.filter(pk=validation.pk).update(pin_expires_at=timezone.now())
    assert upstream.verify_sms(after(validation), "AAA") == Notice.PIN_EXPIRED
    assert live_sandbox.effects()["verifications"] == 0


def test_clave_down_spends_nothing(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.CLAVE_URL = "http://127.0.0.1:9"
    validation = by_app()
    upstream.verify_app(validation, *WRONG)
    kept = after(validation)
    assert (kept.state, kept.tries_left, kept.notice) == (State.OPEN, 5, Notice.CLAVE_AWAY)


@pytest.mark.parametrize("fault", ["reset", "html", "bad-json", "oversize", "redirect", "error"])
def test_one_broken_answer_costs_no_try(live_sandbox: LiveSandbox, fault: str) -> None:
    live_sandbox.fail("clave", fault, operation="verifications", times=1)
    kept = wrong_tries(by_app(), 1)
    assert kept.state == State.OPEN
    assert (kept.tries_left == 5) == (live_sandbox.effects()["verifications"] == 0)


def test_a_verification_whose_answer_was_cut_off_is_found_by_its_key(live_sandbox: LiveSandbox) -> None:
    app = live_sandbox.app_pin(ANA)
    live_sandbox.fail("clave", "truncated", operation="verifications", times=1)
    validation = by_app()
    upstream.verify_app(validation, app["code"], app["pin"])
    assert after(validation).state == State.VERIFIED
    assert live_sandbox.effects()["verifications"] == 1


def test_a_silent_clave_leaves_the_check_open_until_it_is_known(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.CLAVE_TOTAL_SECONDS = settings.CLAVE_READ_SECONDS = 0.2
    live_sandbox.fail("clave", "hang", seconds=2, operation="verifications")
    validation = by_app()
    upstream.verify_app(validation, *WRONG)
    assert after(validation).state == State.CHECKING
    upstream.reconcile(after(validation))
    assert after(validation).state == State.CHECKING
    Validation.objects.filter(pk=validation.pk).update(checking_until=timezone.now(), looked_at=None)
    upstream.reconcile(after(validation))
    kept = after(validation)
    assert (kept.state, kept.notice, kept.tries_left) == (State.OPEN, Notice.NEVER_ARRIVED, 5)


def test_an_assertion_that_is_not_believed_lets_nobody_in(live_sandbox: LiveSandbox) -> None:
    answer(live_sandbox, {"assertion": "a.b.c", "valid_until": "2030-01-01T00:00:00Z"}, operation="verifications")
    kept = wrong_tries(by_app(), 1)
    assert (kept.state, kept.notice) == (State.OPEN, Notice.ASSERTION_REJECTED)


def test_an_assertion_is_taken_once(live_sandbox: LiveSandbox) -> None:
    app = live_sandbox.app_pin(ANA)
    first = by_app()
    sent = gateway().verify_app(
        str(uuid4()), document_number=ANA, code=app["code"], pin=app["pin"], purpose=first.purpose
    )
    assert isinstance(sent, Verified)
    answer(live_sandbox, {"assertion": sent.assertion}, operation="verifications")
    assert wrong_tries(first, 1).state == State.VERIFIED
    Validation.objects.filter(pk=first.pk).update(state=State.CONSUMED)
    again = a_validation(first.device, first.user, Method.PIN_APP, purpose=first.purpose)
    assert wrong_tries(again, 1).notice == Notice.ASSERTION_REJECTED
    assert after(again).state == State.OPEN


@pytest.mark.parametrize("away", ["error", "rate-limited", "html"])
def test_a_record_that_cannot_be_read_now_settles_nothing(live_sandbox: LiveSandbox, away: str) -> None:
    app = live_sandbox.app_pin(ANA)
    cut_off = {"fault": "truncated", "operation": "verifications"}
    fail_all(live_sandbox, cut_off, {"fault": away})
    validation = by_app()
    upstream.verify_app(validation, app["code"], app["pin"])
    assert (after(validation).state, after(validation).tries_left) == (State.CHECKING, 4)
    live_sandbox.work()
    upstream.reconcile(after(validation))
    assert after(validation).state == State.VERIFIED
    assert live_sandbox.effects()["verifications"] == 1


@pytest.mark.parametrize("content", [{}, {"assertion": 7}, {"request_id": "a"}])
def test_a_record_without_meaning_ends_the_check_and_gives_nothing_back(
    live_sandbox: LiveSandbox, content: object
) -> None:
    answer(live_sandbox, content)
    kept = wrong_tries(by_app(), 1)
    assert (kept.state, kept.notice, kept.tries_left) == (State.OPEN, Notice.ASSERTION_REJECTED, 4)


def test_a_sending_without_meaning_counts_as_a_send(live_sandbox: LiveSandbox) -> None:
    answer(live_sandbox, {"request_id": "a", "phone_ending": "?", "expires_at": ""}, status=201)
    validation = by_sms()
    upstream.request_sms(validation, Contrast("issue_date", "2020-01-01"))
    kept = after(validation)
    assert (kept.state, kept.notice, kept.sends_left, kept.request_id) == (State.OPEN, Notice.ASSERTION_REJECTED, 2, "")


def test_keys_that_cannot_be_read_keep_the_check_waiting(live_sandbox: LiveSandbox) -> None:
    app = live_sandbox.app_pin(ANA)
    live_sandbox.fail("clave", "error", operation="keys")
    validation = by_app()
    upstream.verify_app(validation, app["code"], app["pin"])
    assert after(validation).state == State.CHECKING
    live_sandbox.work()
    upstream.reconcile(after(validation))
    assert after(validation).state == State.VERIFIED


def test_a_used_pin_spends_the_try_and_leads_to_another_sms_at_once(live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox)
    answer(live_sandbox, {"type": "urn:tramites:problem:expired"}, status=410)
    upstream.verify_sms(validation, "AAA")
    kept = after(validation)
    assert (kept.notice, kept.tries_left, kept.request_id, kept.may_resend) == (Notice.PIN_EXPIRED, 4, "", True)


@pytest.mark.parametrize("problem", ["expired", "blocked"])
def test_a_refused_resend_sends_nothing_and_spends_nothing(
    live_sandbox: LiveSandbox, settings: Settings, problem: str
) -> None:
    validation = with_sms(live_sandbox)
    Validation.objects.filter(pk=validation.pk).update(resend_at=timezone.now())
    answer(live_sandbox, {"type": f"urn:tramites:problem:{problem}"}, status=410)
    upstream.resend_sms(after(validation))
    kept = after(validation)
    assert (kept.notice, kept.sends_left, kept.request_id) == (Notice.PIN_EXPIRED, 2, "")
    settings.SENDS_PER_IDENTITY_PER_HOUR = 2
    assert next_allowance(kept).sends.left == 1


def test_a_block_that_is_over_by_our_clock_has_no_end_to_tell(live_sandbox: LiveSandbox) -> None:
    problem = {"type": "urn:tramites:problem:blocked", "until": "2020-01-01T00:00:00Z"}
    answer(live_sandbox, problem, status=403)
    validation = by_app()
    known_to(validation.user)
    kept = wrong_tries(validation, 1)
    assert (kept.state, kept.notice, kept.notice_until) == (State.FAILED, Notice.BLOCKED, None)


def test_a_wait_without_end_is_a_day_at_most(live_sandbox: LiveSandbox) -> None:
    answer(live_sandbox, {"type": "urn:tramites:problem:rate-limited", "retry_after": 10**30}, status=429)
    kept = wrong_tries(by_app(), 1)
    assert kept.notice_until is not None
    assert kept.notice_until - timezone.now() <= timedelta(days=1)


def test_clave_asking_to_wait_spends_nothing(live_sandbox: LiveSandbox) -> None:
    live_sandbox.fail("clave", "rate-limited")
    kept = wrong_tries(by_app(), 1)
    assert (kept.notice, kept.tries_left) == (Notice.CLAVE_WAIT, 5)
    assert kept.notice_until is not None


def test_when_too_many_wait_for_clave_nothing_is_spent(live_sandbox: LiveSandbox) -> None:
    validation = by_app()
    with all_call_slots_taken():
        assert upstream.verify_app(validation, *WRONG) == Notice.CLAVE_BUSY
    assert after(validation).tries_left == 5


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_submits_make_one_call(live_sandbox: LiveSandbox) -> None:
    app = live_sandbox.app_pin(ANA)
    validation = by_app()
    in_parallel(lambda: upstream.verify_app(after(validation), app["code"], app["pin"]), 50)
    assert live_sandbox.effects()["verifications"] == 1
    assert after(validation).state == State.VERIFIED


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_requests_send_one_sms(live_sandbox: LiveSandbox) -> None:
    validation = by_sms()
    contrast = contrast_of(live_sandbox)
    in_parallel(lambda: upstream.request_sms(after(validation), contrast), 10)
    assert live_sandbox.effects()["sms_sent"] == 1
