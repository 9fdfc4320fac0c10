"""The gateway's contract over real HTTP against the sandbox, including its faults."""

import json
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from clave.pin.gateways import gateway
from clave.pin.gateways.base import Contrast, Reason, Refusal, SmsSent, Verified
from foundation.http.errors import ContractViolation, NoResponse, NotSent
from tests.clave.pin.factories import answer, contrast_of
from tests.factories import ANA
from tests.live_sandbox import LiveSandbox

CODE = "K7MB"


def key() -> str:
    return str(uuid4())


def ask_sms(sandbox: LiveSandbox, operation: str | None = None) -> SmsSent | Refusal:
    return gateway().request_sms(operation or key(), document_number=ANA, contrast=contrast_of(sandbox), code=CODE)


def test_an_sms_is_sent_to_the_phone_on_record(live_sandbox: LiveSandbox) -> None:
    sent = ask_sms(live_sandbox)
    assert isinstance(sent, SmsSent)
    assert sent.phone_ending == live_sandbox.person(document_number=ANA)["phone"][-2:]
    assert live_sandbox.effects()["sms_sent"] == 1


def test_the_same_key_sends_one_sms(live_sandbox: LiveSandbox) -> None:
    operation = key()
    assert ask_sms(live_sandbox, operation) == ask_sms(live_sandbox, operation)
    assert live_sandbox.effects()["sms_sent"] == 1


def test_another_sms_brings_the_same_pin(live_sandbox: LiveSandbox) -> None:
    sent = ask_sms(live_sandbox)
    assert isinstance(sent, SmsSent)
    assert isinstance(gateway().resend_sms(key(), request_id=sent.request_id), SmsSent)
    assert len({message["pin"] for message in live_sandbox.messages(ANA)}) == 1


def test_a_right_pin_brings_an_assertion(live_sandbox: LiveSandbox) -> None:
    sent = ask_sms(live_sandbox)
    assert isinstance(sent, SmsSent)
    pin = live_sandbox.messages(ANA)[0]["pin"]
    verified = gateway().verify_sms(key(), request_id=sent.request_id, pin=pin, purpose="access:1")
    assert isinstance(verified, Verified)


def test_the_apps_code_and_pin_bring_an_assertion_once(live_sandbox: LiveSandbox) -> None:
    app = live_sandbox.app_pin(ANA)
    answers = [
        gateway().verify_app(key(), document_number=ANA, code=app["code"], pin=app["pin"], purpose="access:1")
        for _time in range(2)
    ]
    assert isinstance(answers[0], Verified)
    assert isinstance(answers[1], Refusal)


def test_a_wrong_pin_is_a_refusal(live_sandbox: LiveSandbox) -> None:
    live_sandbox.app_pin(ANA)
    refusal = gateway().verify_app(key(), document_number=ANA, code="AAAA", pin="AAA", purpose="access:1")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == Reason.WRONG_PIN


def test_a_wrong_contrast_is_a_refusal(live_sandbox: LiveSandbox) -> None:
    refusal = gateway().request_sms(
        key(), document_number=ANA, contrast=Contrast("issue_date", "1999-01-01"), code=CODE
    )
    assert refusal == Refusal(Reason.CONTRAST_MISMATCH)


def test_a_blocked_person_is_refused_with_the_end_of_the_block(live_sandbox: LiveSandbox) -> None:
    number = live_sandbox.person(blocked=True)["document_number"]
    contrast = contrast_of(live_sandbox, number)
    refusal = gateway().request_sms(key(), document_number=number, contrast=contrast, code=CODE)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == Reason.BLOCKED
    assert refusal.until is not None


def test_what_was_recorded_can_be_asked_for(live_sandbox: LiveSandbox) -> None:
    operation = key()
    assert gateway().recorded(operation) is None
    sent = ask_sms(live_sandbox, operation)
    assert gateway().recorded(operation) == sent


@pytest.mark.parametrize("fault", ["reset", "html", "truncated", "oversize", "bad-json", "redirect"])
def test_what_is_no_answer_leaves_the_outcome_unknown_and_settled(live_sandbox: LiveSandbox, fault: str) -> None:
    live_sandbox.fail("clave", fault)
    with pytest.raises(NoResponse) as unknown:
        ask_sms(live_sandbox)
    assert unknown.value.settled


def test_a_silent_clave_leaves_the_outcome_unknown_and_unsettled(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.CLAVE_TOTAL_SECONDS = settings.CLAVE_READ_SECONDS = 0.2
    live_sandbox.fail("clave", "hang", seconds=3)
    with pytest.raises(NoResponse) as unknown:
        ask_sms(live_sandbox)
    assert not unknown.value.settled


def test_an_address_where_nobody_listens_sends_nothing(settings: Settings) -> None:
    settings.CLAVE_URL = "http://127.0.0.1:9"
    with pytest.raises(NotSent):
        gateway().keys()


def test_without_an_address_every_call_says_that_nothing_was_sent(settings: Settings) -> None:
    settings.CLAVE_URL = ""
    with pytest.raises(NotSent):
        gateway().recorded(key())


def test_too_many_requests_are_a_refusal_with_the_time_to_wait(live_sandbox: LiveSandbox) -> None:
    live_sandbox.fail("clave", "rate-limited")
    refusal = ask_sms(live_sandbox)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == Reason.RATE_LIMITED
    assert refusal.retry_after > 0


SENT = {"request_id": "a", "phone_ending": "89", "expires_at": "2030-01-01T00:00:00Z", "resend_after": 60}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**SENT, "request_id": ""},
        {**SENT, "request_id": "../keys"},
        {**SENT, "request_id": ".."},
        {**SENT, "request_id": "a?b"},
        {**SENT, "request_id": "a\x00"},
        {**SENT, "request_id": "a" * 65},
        {**SENT, "request_id": 7},
        {**SENT, "phone_ending": "9"},
        {**SENT, "phone_ending": "…89"},
        {**SENT, "phone_ending": "\ud800\ud800"},
        {**SENT, "expires_at": "tomorrow"},
        {**SENT, "expires_at": "2030-01-01T00:00:00"},
        {**SENT, "expires_at": "9999-12-31T23:59:59Z"},
        {**SENT, "expires_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_an_answer_that_breaks_the_contract_is_no_answer(live_sandbox: LiveSandbox, body: Any) -> None:
    answer(live_sandbox, body, status=201)
    with pytest.raises(ContractViolation):
        ask_sms(live_sandbox)


DEEP, LONG = pytest.param("[" * 60_000, id="deep"), pytest.param("1" * 5_000, id="long")


@pytest.mark.parametrize("text", ["[]", "null", '"a"', "{{{", '{"a": "\\ud8', "\x00", "", DEEP, LONG])
def test_what_is_no_json_object_is_no_answer(live_sandbox: LiveSandbox, text: str) -> None:
    answer(live_sandbox, text, status=201)
    with pytest.raises(NoResponse):
        ask_sms(live_sandbox)


def test_a_success_of_another_kind_is_no_answer(live_sandbox: LiveSandbox) -> None:
    answer(live_sandbox, SENT, status=202)
    with pytest.raises(ContractViolation):
        ask_sms(live_sandbox)


@pytest.mark.parametrize(
    ("sent_wait", "accepted"),
    [
        ("60", 60),
        ("1e999", 0),
        ("-1e999", 0),
        ("NaN", 0),
        ("-5", 0),
        ('"60"', 0),
        ("null", 0),
        pytest.param("1" + "0" * 400, 86400, id="huge"),
        ("1e12", 86400),
    ],
)
def test_a_wait_is_a_number_of_seconds_up_to_a_day(live_sandbox: LiveSandbox, sent_wait: str, accepted: int) -> None:
    refusal = json.dumps({"type": "urn:tramites:problem:rate-limited", "retry_after": 60})
    answer(live_sandbox, refusal.replace("60", sent_wait), status=429)
    assert ask_sms(live_sandbox) == Refusal(Reason.RATE_LIMITED, retry_after=accepted)
    answer(live_sandbox, json.dumps(SENT).replace("60", sent_wait), status=201)
    sent = ask_sms(live_sandbox)
    assert isinstance(sent, SmsSent)
    assert sent.resend_after == accepted


@pytest.mark.parametrize("until", ["soon", "2030-01-01T00:00:00", "9999-12-31T23:59:59-12:00", 7, None])
def test_a_block_whose_end_makes_no_sense_is_a_block_without_end(live_sandbox: LiveSandbox, until: Any) -> None:
    answer(live_sandbox, {"type": "urn:tramites:problem:blocked", "until": until}, status=403)
    assert ask_sms(live_sandbox) == Refusal(Reason.BLOCKED)


@pytest.mark.parametrize("fault", ["error", "rate-limited"])
def test_a_record_that_cannot_be_read_now_is_no_recorded_refusal(live_sandbox: LiveSandbox, fault: str) -> None:
    live_sandbox.fail("clave", fault)
    with pytest.raises(NoResponse):
        gateway().recorded(key())


@pytest.mark.parametrize("body", [{"keys": {}}, {}, {"keys": "a"}])
def test_keys_come_as_a_list(live_sandbox: LiveSandbox, body: Any) -> None:
    answer(live_sandbox, body)
    with pytest.raises(NoResponse):
        gateway().keys()
