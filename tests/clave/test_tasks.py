"""Scheduled tasks for validations that nobody comes back to."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from clave.limits import spending
from clave.models import Operation, State, Validation
from clave.pin.gateways import gateway
from clave.pin.notices import Notice
from clave.tasks import KEPT_DAYS, RECONCILE_BATCH, expire_validations, purge_validations, reconcile_checks
from tests.clave.pin.factories import WRONG, after, by_app, next_allowance
from tests.factories import ANA, an_identity
from tests.live_sandbox import LiveSandbox

pytestmark = pytest.mark.django_db

PAST = timedelta(seconds=1)


def interrupted(**changes: object) -> Validation:
    """Return a check whose process died a while ago, after spending a try."""
    validation = by_app()
    key = validation.begin_check(Operation.VERIFICATION)
    assert key
    spending.spend(validation, Operation.VERIFICATION, key)
    Validation.objects.filter(pk=validation.pk).update(**{"checking_until": timezone.now() - PAST, **changes})
    return after(validation)


def test_what_is_over_is_ended_and_its_proof_forgotten() -> None:
    proved = by_app()
    proved.verify(proved.begin_check(Operation.VERIFICATION) or "", an_identity(), "an-id")
    Validation.objects.filter(pk=proved.pk).update(verified_until=timezone.now())
    left, lasting = by_app(expires_at=timezone.now()), by_app()
    assert expire_validations.call() == 2
    assert (after(proved).state, after(proved).identity_cell) == (State.EXPIRED, b"")
    assert (after(left).state, after(lasting).state) == (State.EXPIRED, State.OPEN)


def test_a_call_under_way_is_not_ended() -> None:
    validation = interrupted(expires_at=timezone.now(), checking_until=timezone.now() + timedelta(seconds=5))
    assert expire_validations.call() == 0
    assert after(validation).state == State.CHECKING


def test_a_check_that_never_reached_clave_is_undone_and_its_try_given_back(live_sandbox: LiveSandbox) -> None:
    validation = interrupted()
    assert reconcile_checks.call() == 1
    kept = after(validation)
    assert (kept.state, kept.tries_left, kept.notice) == (State.OPEN, 5, Notice.NEVER_ARRIVED)
    assert next_allowance(validation).tries == settings.TRIES_PER_STRANGE_DEVICE_PER_DAY


def test_a_check_that_reached_clave_counts(live_sandbox: LiveSandbox) -> None:
    validation = interrupted()
    clave = gateway()
    clave.verify_app(
        validation.operation_key, document_number=ANA, code=WRONG[0], pin=WRONG[1], purpose=validation.purpose
    )
    reconcile_checks.call()
    assert (after(validation).state, after(validation).tries_left) == (State.OPEN, 4)
    assert next_allowance(validation).tries == settings.TRIES_PER_STRANGE_DEVICE_PER_DAY - 1


def test_a_check_whose_right_pin_nobody_heard_of_verifies(live_sandbox: LiveSandbox) -> None:
    app, validation = live_sandbox.app_pin(ANA), interrupted()
    clave = gateway()
    clave.verify_app(
        validation.operation_key, document_number=ANA, code=app["code"], pin=app["pin"], purpose=validation.purpose
    )
    reconcile_checks.call()
    assert after(validation).state == State.VERIFIED
    assert live_sandbox.effects()["verifications"] == 1


def test_a_check_that_may_still_be_answered_is_left_alone(live_sandbox: LiveSandbox) -> None:
    validation = interrupted(checking_until=timezone.now() + timedelta(seconds=5))
    assert reconcile_checks.call() == 0
    assert after(validation).state == State.CHECKING


def test_with_clave_away_nothing_is_settled() -> None:
    validation = interrupted()
    reconcile_checks.call()
    assert (after(validation).state, after(validation).tries_left) == (State.CHECKING, 4)


def test_no_more_than_a_few_are_asked_about_in_one_go() -> None:
    for _number in range(RECONCILE_BATCH + 1):
        interrupted()
    assert reconcile_checks.call() == RECONCILE_BATCH


def test_what_ended_long_ago_is_deleted() -> None:
    ended, live = by_app(state=State.CONSUMED), by_app()
    with time_machine.travel(timezone.now() + timedelta(days=KEPT_DAYS) - timedelta(minutes=1)):
        assert purge_validations.call() == 0
    with time_machine.travel(timezone.now() + timedelta(days=KEPT_DAYS, minutes=1)):
        purge_validations.call()
    assert not Validation.objects.filter(pk=ended.pk).exists()
    assert Validation.objects.filter(pk=live.pk).exists()
