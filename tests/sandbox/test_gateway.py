"""Cl@ve gateway tests: SMS, app, attempts, expiry, single use, idempotency and the assertion."""

from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests

from sandbox.assertions import AUDIENCE, ISSUER
from sandbox.phones import ALPHABET
from sandbox.server import Server
from sandbox.world import WRONG_TRIES_AT_CLAVE
from tests.sandbox.calls import ANA, BLOCKED, CODE, UNREGISTERED, YASMIN, Calls, problem, wrong


def test_the_sms_reaches_the_phone_with_its_pin_and_code(calls: Calls) -> None:
    answer = calls.ask_sms()
    newest = calls.get(f"/api/phones/{ANA}/messages").json()[0]
    assert answer.json()["phone_ending"] == "89"
    assert newest["pin"] in newest["text"]
    assert CODE in newest["text"]
    assert set(newest["pin"]) <= set(ALPHABET)


def test_a_resend_brings_the_same_pin_in_a_newer_message(calls: Calls) -> None:
    first = calls.ask_sms()
    again = calls.clave(f"/v1/sms-requests/{first.json()['request_id']}/resends", {})
    messages = calls.get(f"/api/phones/{ANA}/messages").json()
    assert again.json() == first.json()
    assert len({message["pin"] for message in messages}) == 1
    assert calls.effects()["sms_sent"] == len(messages) == 2


@pytest.mark.parametrize("code", ["K7M", "K7MBX", "k7mb", "K0MB", ""])
def test_a_code_of_another_shape_is_refused_and_sends_nothing(calls: Calls, code: str) -> None:
    assert problem(calls.ask_sms(code=code)) == "bad-request"
    assert calls.effects()["sms_sent"] == 0


def test_every_kind_of_contrast_is_known(calls: Calls) -> None:
    issue = next(each for each in calls.get("/api/people").json() if each["document_number"] == ANA)["issue_date"]
    expiry = f"{int(issue[:4]) + 10}{issue[4:]}"
    assert calls.ask_sms(contrast={"kind": "expiry_date", "value": expiry}).status_code == 201
    assert calls.ask_sms(YASMIN).status_code == 201
    assert problem(calls.ask_sms(contrast={"kind": "support_number", "value": "E00000001"})) == "contrast-mismatch"
    assert problem(calls.ask_sms(contrast={"kind": "shoe_size", "value": "41"})) == "bad-request"


def test_the_unregistered_the_unknown_and_the_blocked_are_told_apart(calls: Calls) -> None:
    assert problem(calls.ask_sms(UNREGISTERED)) == problem(calls.ask_sms("00000000T")) == "not-registered"
    blocked = calls.ask_sms(BLOCKED)
    assert problem(blocked) == "blocked"
    assert blocked.json()["until"].endswith("Z")
    shown = calls.post(f"/api/phones/{BLOCKED}/app-pin").json()
    assert problem(calls.check_app(BLOCKED, shown["code"], shown["pin"])) == "blocked"


def test_the_right_pin_proves_the_person_once(calls: Calls) -> None:
    asked = calls.ask_sms().json()["request_id"]
    answer = calls.check_sms(asked, calls.pin_of())
    jwks = calls.look("/v1/keys").json()["keys"]
    token = answer.json()["assertion"]
    assert jwt.get_unverified_header(token)["kid"] == jwks[0]["kid"]
    claims = jwt.decode(token, jwt.PyJWK(jwks[0]).key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)
    stated = {name: claims[name] for name in ("sub", "given_name", "surnames", "level", "purpose")}
    assert stated == {
        "sub": ANA,
        "given_name": "Ana",
        "surnames": "García Lorenzo",
        "level": "advanced",
        "purpose": "access:1",
    }
    assert claims["exp"] - claims["iat"] == 120
    assert problem(calls.check_sms(asked, calls.pin_of())) == "expired"


def test_five_wrong_pins_spend_the_request(calls: Calls) -> None:
    asked = calls.ask_sms().json()["request_id"]
    right = calls.pin_of()
    left = [calls.check_sms(asked, wrong(right)).json()["tries_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert problem(calls.check_sms(asked, right)) == "expired"


@pytest.mark.parametrize("method", ["sms", "app"])
def test_a_pin_is_dead_after_ten_minutes(calls: Calls, server: Server, method: str) -> None:
    asked = calls.ask_sms().json()["request_id"]
    shown = calls.post(f"/api/phones/{ANA}/app-pin").json()
    server.world.clock.advance(minutes=10, seconds=1)
    answer = (
        calls.check_sms(asked, calls.pin_of()) if method == "sms" else calls.check_app(ANA, shown["code"], shown["pin"])
    )
    assert problem(answer) == "expired"


def test_pins_of_the_app_are_single_use_and_do_not_replace_each_other(calls: Calls) -> None:
    first, second = (calls.post(f"/api/phones/{ANA}/app-pin").json() for _ in range(2))
    assert problem(calls.check_app(ANA, first["code"], wrong(first["pin"]))) == "wrong-pin"
    assert calls.check_app(ANA, first["code"], first["pin"]).status_code == 200
    assert problem(calls.check_app(ANA, first["code"], first["pin"])) == "expired"
    assert calls.check_app(ANA, second["code"], second["pin"]).status_code == 200
    assert problem(calls.check_app(YASMIN, second["code"], second["pin"])) == "wrong-pin"


def test_more_than_thirty_wrong_tries_block_for_a_day(calls: Calls, server: Server) -> None:
    for _ in range(WRONG_TRIES_AT_CLAVE + 1):
        assert problem(calls.check_app(ANA, "AAAA", "AAA")) == "wrong-pin"
    assert problem(calls.ask_sms()) == "blocked"
    server.world.clock.advance(hours=24, seconds=1)
    assert calls.ask_sms().status_code == 201


def test_the_same_key_has_its_effect_once_and_its_answer_again(calls: Calls) -> None:
    first, second = calls.ask_sms(key="same"), calls.ask_sms(key="same")
    assert first.content == second.content == calls.look("/v1/operations/same").content
    assert calls.effects()["sms_sent"] == 1
    assert problem(calls.ask_sms(YASMIN, key="same")) == "key-reused"


def test_refusals_are_recorded_too(calls: Calls) -> None:
    asked = calls.ask_sms().json()["request_id"]
    bad = wrong(calls.pin_of())
    first, second = calls.check_sms(asked, bad, key="wrong"), calls.check_sms(asked, bad, key="wrong")
    recorded = calls.look("/v1/operations/wrong")
    assert first.json() == second.json() == recorded.json()
    assert recorded.status_code == 422
    assert calls.effects()["verifications"] == 1


def test_twenty_at_once_under_one_key_make_one_effect(calls: Calls) -> None:
    def ask(_: int) -> requests.Response:
        with Calls(calls.base) as own:
            return own.ask_sms(key="together")

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(ask, range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert calls.effects()["sms_sent"] == 1


def test_the_token_and_the_key_are_needed(calls: Calls) -> None:
    assert problem(calls.get("/v1/keys")) == "unauthorized"
    assert problem(calls.get("/v1/operations/x")) == "unauthorized"
    headers = {"Authorization": "Bearer clave-token"}
    without_key = calls.post("/v1/verifications", json={"method": "sms"}, headers=headers)
    assert (without_key.status_code, problem(without_key)) == (400, "bad-request")
    assert calls.effects()["verifications"] == 0


def test_a_purpose_must_be_given(calls: Calls) -> None:
    asked = calls.ask_sms().json()["request_id"]
    content = {"method": "sms", "request_id": asked, "pin": calls.pin_of()}
    assert problem(calls.clave("/v1/verifications", content)) == "bad-request"
    assert calls.effects()["verifications"] == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_a_bad_request(calls: Calls, body: bytes) -> None:
    headers = {"Authorization": "Bearer clave-token", "Idempotency-Key": "k", "Content-Type": "application/json"}
    assert problem(calls.post("/v1/sms-requests", data=body, headers=headers)) == "bad-request"
