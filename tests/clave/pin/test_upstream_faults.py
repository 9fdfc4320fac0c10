"""Cl@ve slow, silent, broken or impersonated: no page breaks, nobody gets in, nothing is lost."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as deployed
from django.utils import timezone
from pytest_django.fixtures import Settings

from clave.models import CHECK_GRACE, Method, Operation, State, Validation
from clave.pin.messages import message
from clave.pin.notices import Notice
from sandbox.assertions import signing_key
from tests.clave.pin.factories import (
    WRONG_DATE,
    after,
    all_call_slots_taken,
    answer,
    by_app,
    by_sms,
    fail_all,
    step_url,
    typed_date,
    with_pin,
)
from tests.clave.pin.step_pages import HTMX, WRONG_APP, get_step, post_step, shown_value
from tests.factories import ANA, a_validation
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, errors_of, main_of, step_of

pytestmark = pytest.mark.django_db


FAULTS = ["reset", "html", "truncated", "oversize", "bad-json", "redirect", "error", "rate-limited"]


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_clave_does_a_right_pin_is_not_lost(client: PageClient, live_sandbox: LiveSandbox, fault: str) -> None:
    validation, app = by_app(client), live_sandbox.app_pin(ANA)
    live_sandbox.fail("clave", fault, operation="verifications", times=1)
    first = post_step(client, validation, "pin_app", code=app["code"], pin=app["pin"])
    if fault == "truncated":
        assert first.url == validation.return_to
    else:
        assert (first.status_code, step_of(first)) == (422, "pin_app")
        assert "No has gastado ningún intento" in errors_of(first)[0]
        assert after(validation).tries_left == 5
        again = post_step(client, validation, "pin_app", code=app["code"], pin=app["pin"])
        assert again.url == validation.return_to
    assert live_sandbox.effects()["verifications"] == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_clave_does_one_sms_goes_out(client: PageClient, live_sandbox: LiveSandbox, fault: str) -> None:
    validation, typed = by_sms(client), typed_date(live_sandbox)
    live_sandbox.fail("clave", fault, operation="sms-requests", times=1)
    first = post_step(client, validation, "contrast", issue_date=typed)
    if fault == "truncated":
        assert first.url == step_url(validation, "sms_pin")
    else:
        assert (first.status_code, shown_value(first, "issue_date")) == (422, typed)
        assert errors_of(first)
        assert after(validation).sends_left == 3
        assert post_step(client, validation, "contrast", issue_date=typed).url == step_url(validation, "sms_pin")
    assert live_sandbox.effects()["sms_sent"] == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_clave_that_only_misbehaves_breaks_no_page(client: PageClient, live_sandbox: LiveSandbox, fault: str) -> None:
    live_sandbox.fail("clave", fault)
    for key, make, typed in (
        ("pin_app", by_app, WRONG_APP),
        ("contrast", by_sms, {"issue_date": WRONG_DATE}),
        ("sms_pin", with_pin, {"pin": "AAA"}),
        ("sms_pin", with_pin, {"resend": "1"}),
    ):
        page = client.post(step_url(make(client), key), typed, follow=True)
        assert page.status_code in (200, 422)
        assert errors_of(page) or main_of(page).xpath("//progress")


def test_a_slow_clave_is_waited_for(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation, app = by_app(client), live_sandbox.app_pin(ANA)
    live_sandbox.fail("clave", "slow", seconds=0.2)
    assert post_step(client, validation, "pin_app", code=app["code"], pin=app["pin"]).url == validation.return_to


def test_a_silent_clave_shows_the_waiting_page_until_it_is_known(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.CLAVE_TOTAL_SECONDS = settings.CLAVE_READ_SECONDS = 0.1
    validation, typed = by_sms(client), typed_date(live_sandbox)
    live_sandbox.fail("clave", "hang", seconds=1, operation="sms-requests", times=1)
    waiting = client.post(step_url(validation, "contrast"), {"issue_date": typed}, follow=True)
    assert (waiting.status_code, step_of(waiting)) == (200, "sms_pin")
    assert main_of(waiting).xpath("//progress")
    Validation.objects.update(checking_until=timezone.now(), looked_at=None)
    back = client.get(step_url(validation, "sms_pin"), follow=True)
    assert (step_of(back), errors_of(back)) == ("contrast", [message(validation, Notice.NEVER_ARRIVED)])
    assert after(validation).sends_left == 3
    assert post_step(client, validation, "contrast", issue_date=typed).url == step_url(validation, "sms_pin")


def test_an_sms_whose_answer_comes_late_leads_from_the_waiting_page_to_its_pin(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.CLAVE_TOTAL_SECONDS = settings.CLAVE_READ_SECONDS = 0.1
    validation = by_sms(client)
    live_sandbox.fail("clave", "slow", seconds=1, operation="sms-requests", times=1)
    waiting = post_step(client, validation, "contrast", issue_date=typed_date(live_sandbox))
    assert after(validation).state == State.CHECKING
    page = client.get(waiting.url, headers=HTMX)
    assert (page.status_code, step_of(page)) == (200, "sms_pin")
    assert main_of(page).xpath("//input[@name='pin']")
    assert live_sandbox.effects()["sms_sent"] == 1


def test_a_check_whose_process_died_is_settled_by_whoever_comes_back(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation = by_app(client)
    validation.begin_check(Operation.VERIFICATION)
    page = get_step(client, validation, "pin_app")
    assert main_of(page).xpath("//progress")
    with time_machine.travel(timezone.now() + timedelta(seconds=patience())):
        page = get_step(client, validation, "pin_app")
    assert errors_of(page) == [message(validation, Notice.NEVER_ARRIVED)]
    assert (after(validation).state, after(validation).tries_left) == (State.OPEN, 5)


def patience() -> float:
    """Return the seconds after which an unanswered call counts as never arrived."""
    return float(deployed.CLAVE_TOTAL_SECONDS) + CHECK_GRACE.total_seconds() + 1


def test_when_too_many_wait_for_clave_it_is_said_at_once_and_nothing_is_spent(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    with all_call_slots_taken():
        for key, make, typed in (("pin_app", by_app, WRONG_APP), ("contrast", by_sms, {"issue_date": WRONG_DATE})):
            validation = make(client)
            refused = post_step(client, validation, key, **typed)
            assert (refused.status_code, errors_of(refused)) == (422, [message(validation, Notice.CLAVE_BUSY)])
            assert (after(validation).tries_left, after(validation).sends_left) == (5, 3)
    assert live_sandbox.effects() == {"sms_sent": 0, "verifications": 0, "procedure_runs": {}}


def test_a_long_wait_that_clave_asks_for_is_said_with_its_end(client: PageClient, live_sandbox: LiveSandbox) -> None:
    answer(live_sandbox, {"type": "urn:tramites:problem:rate-limited", "retry_after": 10**12}, status=429)
    with time_machine.travel("2026-03-01 12:00:00+01:00", tick=False) as clock:
        validation = by_app(client)
        refused = post_step(client, validation, "pin_app", **WRONG_APP)
        assert "hasta el 02/03/2026 12:00" in errors_of(refused)[0]
        Validation.objects.update(notice_until=timezone.now() + timedelta(seconds=30))
        assert "30 segundos" in errors_of(get_step(client, validation, "pin_app"))[0]
        clock.shift(timedelta(seconds=30))
        assert errors_of(get_step(client, validation, "pin_app")) == []


def forged(purpose: str, key: Any = None, *, algorithm: str = "ES256", kid: str = "", **changes: Any) -> str:
    """Return an assertion like Cl@ve's for Ana and this purpose, with the given differences."""
    known, own = signing_key()
    now = int(time.time())
    claims: dict[str, Any] = {
        "aud": "tramites",
        "sub": ANA,
        "given_name": "Ana",
        "surnames": "García",
        "level": "advanced",
    }
    claims |= {"purpose": purpose, "jti": uuid4().hex, "iat": now, "exp": now + 120, **changes}
    signer = own if key is None else key
    return jwt.encode(claims, signer, algorithm=algorithm, headers={"kid": kid or known})


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"key": "", "algorithm": "none"},
        {"key": "s" * 40, "algorithm": "HS256"},
        {"kid": "unknown"},
        {"aud": "other"},
        {"sub": "00000000T"},
        {"purpose": f"access:{uuid4()}"},
        {"exp": 1},
        {"level": "аdvanced"},
        {"jti": None},
    ],
)
def test_an_assertion_with_anything_wrong_lets_nobody_in(
    client: PageClient, live_sandbox: LiveSandbox, wrong: dict[str, Any]
) -> None:
    validation = by_app(client)
    answer(live_sandbox, {"assertion": forged(**{"purpose": validation.purpose, **wrong})}, operation="verifications")
    refused = post_step(client, validation, "pin_app", **WRONG_APP)
    assert (refused.status_code, errors_of(refused)) == (422, [message(validation, Notice.ASSERTION_REJECTED)])
    kept = after(validation)
    assert (kept.state, kept.identity_cell, kept.user.is_stranger) == (State.OPEN, b"", True)


def test_the_same_assertion_with_nothing_wrong_lets_in(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    answer(live_sandbox, {"assertion": forged(validation.purpose)}, operation="verifications")
    assert post_step(client, validation, "pin_app", **WRONG_APP).url == validation.return_to


def test_an_assertion_that_was_used_for_another_validation_lets_nobody_in(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    used = by_app(client)
    answer(live_sandbox, {"assertion": forged(used.purpose)}, operation="verifications")
    post_step(client, used, "pin_app", **WRONG_APP)
    Validation.objects.filter(pk=used.pk).update(state=State.CONSUMED)
    again = a_validation(used.device, used.user, Method.PIN_APP, purpose=used.purpose)
    refused = post_step(client, again, "pin_app", **WRONG_APP)
    assert (refused.status_code, errors_of(refused)) == (422, [message(again, Notice.ASSERTION_REJECTED)])


@pytest.mark.parametrize(
    "keys",
    [
        [{"kty": "EC", "crv": "P-256", "x": "A", "y": "A", "kid": "a"}],
        [{"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43, "kid": ["a"]}],
        [None, 7, "key", []],
        [],
    ],
)
def test_useless_keys_of_clave_let_nobody_in(client: PageClient, live_sandbox: LiveSandbox, keys: list[Any]) -> None:
    validation, app = by_app(client), live_sandbox.app_pin(ANA)
    answer(live_sandbox, {"keys": keys}, operation="keys")
    refused = post_step(client, validation, "pin_app", code=app["code"], pin=app["pin"])
    assert (refused.status_code, errors_of(refused)) == (422, [message(validation, Notice.ASSERTION_REJECTED)])


def test_a_record_that_cannot_be_read_yet_keeps_waiting_and_loses_no_right_pin(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation, app = by_app(client), live_sandbox.app_pin(ANA)
    fail_all(live_sandbox, {"fault": "truncated", "operation": "verifications"}, {"fault": "rate-limited"})
    waiting = client.post(step_url(validation, "pin_app"), {"code": app["code"], "pin": app["pin"]}, follow=True)
    assert main_of(waiting).xpath("//progress")
    live_sandbox.work()
    Validation.objects.update(looked_at=None)
    assert get_step(client, validation, "pin_app").url == validation.return_to
