"""Tests of the sandbox's real answers against the OpenAPI files."""

import pytest
from openapi_spec_validator import validate

from sandbox.bodies.catalogue import PROCEDURES
from sandbox.server import Server
from tests.sandbox.calls import ANA, BLOCKED, EMPTY, UNREGISTERED, YASMIN, Calls, problem, wrong
from tests.sandbox.contracts import check_answer, check_value, contract

RUN = "/bodies/{entity}/{procedure}"


@pytest.mark.parametrize("name", ["gateway", "connector", "sandbox"])
def test_each_contract_is_valid_openapi(name: str) -> None:
    validate(contract(name))
    assert contract(name)["openapi"].startswith("3.1")


def test_an_sms_request_its_resend_and_its_record_keep_to_the_contract(calls: Calls) -> None:
    sent = calls.ask_sms(key="first")
    assert sent.status_code == 201
    check_answer("gateway", "post", "/v1/sms-requests", sent)
    again = calls.clave(f"/v1/sms-requests/{sent.json()['request_id']}/resends", {})
    check_answer("gateway", "post", "/v1/sms-requests/{request_id}/resends", again)
    recorded = calls.look("/v1/operations/first")
    check_answer("gateway", "get", "/v1/operations/{idempotency_key}", recorded)
    assert recorded.status_code == 201


def test_a_verification_and_the_keys_keep_to_the_contract(calls: Calls) -> None:
    shown = calls.post(f"/api/phones/{ANA}/app-pin")
    check_answer("sandbox", "post", "/api/phones/{document}/app-pin", shown)
    answer = calls.check_app(ANA, shown.json()["code"], shown.json()["pin"])
    assert answer.status_code == 200
    check_answer("gateway", "post", "/v1/verifications", answer)
    check_answer("gateway", "get", "/v1/keys", calls.look("/v1/keys"))


def test_every_refusal_of_the_gateway_keeps_to_the_contract(calls: Calls) -> None:
    asked = calls.ask_sms().json()["request_id"]
    refusals = [
        calls.ask_sms(UNREGISTERED),
        calls.ask_sms(BLOCKED),
        calls.ask_sms(contrast={"kind": "issue_date", "value": "1999-01-01"}),
        calls.check_sms(asked, wrong(calls.pin_of())),
        calls.check_sms("no-such-request", "AAA"),
        calls.clave("/v1/sms-requests", {}, token="another"),
        calls.clave("/v1/sms-requests", {}),
    ]
    for refusal in refusals:
        check_answer("gateway", "post", "/v1/sms-requests", refusal)
    names = ["not-registered", "blocked", "contrast-mismatch", "wrong-pin", "expired", "unauthorized", "bad-request"]
    assert [problem(refusal) for refusal in refusals] == names
    never = calls.look("/v1/operations/never-seen")
    check_answer("gateway", "get", "/v1/operations/{idempotency_key}", never)
    assert (never.status_code, problem(never)) == (404, "never-arrived")


@pytest.mark.parametrize("code", sorted(PROCEDURES))
@pytest.mark.parametrize("document", [ANA, YASMIN])
def test_every_procedure_keeps_to_the_contract(
    calls: Calls, server: Server, monkeypatch: pytest.MonkeyPatch, code: str, document: str
) -> None:
    procedure = PROCEDURES[code]
    monkeypatch.setattr("sandbox.bodies.connector.SLOWNESS", 0.0)
    answer = calls.run(code, document)
    check_answer("connector", "post", RUN, answer)
    if procedure.stages_seconds:
        assert answer.status_code == 202
        server.world.clock.advance(seconds=procedure.stages_seconds)
        answer = calls.status(answer.json()["status_url"], procedure.entity, document)
        check_answer("connector", "get", RUN + "/status/{id}", answer)
    assert answer.status_code == 200
    if procedure.kind == "document":
        assert answer.content.startswith(b"%PDF-")
    else:
        assert answer.json()["sections"]
        tables = [section for section in answer.json()["sections"] if "table" in section]
        assert all(len(line) == len(table["columns"]) for table in tables for line in table["table"])


@pytest.mark.parametrize("code", ["dgt/puntos", "aeat/certificado-renta"])
def test_who_has_nothing_gets_no_sections(calls: Calls, code: str) -> None:
    answer = calls.run(code, EMPTY)
    check_answer("connector", "post", RUN, answer)
    assert answer.json()["sections"] == []


def test_the_refusals_of_a_body_keep_to_the_contract(calls: Calls) -> None:
    refusals = [
        calls.run("dgt/puntos", aud="aeat"),
        calls.run("dgt/no-hay", ANA),
        calls.run("aeat/datos-fiscales", inputs={}),
        calls.run("justicia/certificado-nacimiento", level="basic"),
    ]
    for refusal in refusals:
        check_answer("connector", "post", RUN, refusal)
    assert [problem(each) for each in refusals] == ["unauthorized", "not-found", "invalid-input", "insufficient-level"]


def test_people_messages_faults_and_effects_keep_to_the_contract(calls: Calls) -> None:
    calls.ask_sms()
    calls.run("dgt/puntos")
    calls.fail("dgt", "answer", operation="run", times=2, status=299, headers={"X-A": "b"}, body_base64="AAECAw==")
    for path in ("/api/people", "/api/effects", "/api/faults", "/api/authority"):
        check_answer("sandbox", "get", path, calls.get(path))
    check_answer("sandbox", "get", "/api/phones/{document}/messages", calls.get(f"/api/phones/{ANA}/messages"))
    check_answer("sandbox", "get", "/api/phones/{document}/messages", calls.get("/api/phones/00000000T/messages"))
    check_answer("sandbox", "post", "/api/reset", calls.post("/api/reset"))
    assert calls.effects() == {"sms_sent": 0, "verifications": 0, "procedure_runs": {}}


def test_what_the_contract_calls_a_run_is_what_the_tests_send() -> None:
    schema = {"$ref": "#/components/schemas/Run"}
    check_value("connector", schema, {"procedure": "aeat/datos-fiscales", "inputs": {"year": 2025}})
    assert contract("connector")["components"]["schemas"]["Run"]["required"] == ["procedure", "inputs"]
