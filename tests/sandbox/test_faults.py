"""Tests of every fault: what the caller sees and whether the effect took place."""

import base64
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.faults import KINDS, OVERSIZE
from tests.sandbox.calls import ANA, Calls, problem


def test_slow_waits_and_then_answers_with_its_effect(calls: Calls) -> None:
    calls.fail("clave", "slow", operation="sms-requests", seconds=0.2)
    began = time.monotonic()
    assert calls.ask_sms().status_code == 201
    assert time.monotonic() - began >= 0.2
    assert calls.effects()["sms_sent"] == 1


def test_the_effect_of_a_slow_answer_stands_when_the_caller_has_left(calls: Calls) -> None:
    calls.fail("clave", "slow", operation="sms-requests", seconds=5)
    headers = {"Authorization": "Bearer clave-token", "Idempotency-Key": "left"}
    contrast = {"kind": "issue_date", "value": "2021-03-14"}
    content = {"document_number": ANA, "contrast": contrast, "code": "K7MB"}
    with pytest.raises(requests.ReadTimeout):
        calls.post("/v1/sms-requests", json=content, headers=headers, timeout=0.1)
    assert calls.look("/v1/operations/left").status_code == 201
    assert calls.effects()["sms_sent"] == 1


def test_hang_says_nothing_and_does_nothing(calls: Calls) -> None:
    calls.fail("dgt", "hang", seconds=0.1)
    with pytest.raises(requests.ConnectionError):
        calls.run("dgt/puntos", key="hung")
    assert calls.effects()["procedure_runs"] == {}
    calls.put("/api/faults", json=[])
    assert calls.run("dgt/puntos", key="hung").status_code == 200


def test_reset_is_a_reset_of_the_connection(calls: Calls) -> None:
    calls.fail("clave", "reset")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        calls.ask_sms(key="cut")
    calls.put("/api/faults", json=[])
    assert problem(calls.look("/v1/operations/cut")) == "never-arrived"


@pytest.mark.parametrize(("status", "expected"), [(None, 503), (500, 500), (502, 502)])
def test_error_is_a_problem_with_its_status(calls: Calls, status: int | None, expected: int) -> None:
    calls.fail("*", "error", status=status)
    answers = (calls.ask_sms(), calls.run("dgt/puntos"), calls.look("/v1/keys"))
    assert [answer.status_code for answer in answers] == [expected] * 3
    assert {problem(answer) for answer in answers} == {"unavailable"}


def test_html_comes_where_data_were_expected(calls: Calls) -> None:
    calls.fail("clave", "html")
    answer = calls.ask_sms()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert calls.effects()["sms_sent"] == 0


def test_truncated_loses_the_answer_and_not_the_effect(calls: Calls) -> None:
    calls.fail("clave", "truncated", operation="sms-requests")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        calls.ask_sms(key="lost")
    assert calls.effects()["sms_sent"] == 1
    assert calls.look("/v1/operations/lost").status_code == 201


@pytest.mark.parametrize("headers", [None, {"Location": "http://127.0.0.1:9/elsewhere"}])
def test_redirect_leads_elsewhere(calls: Calls, headers: dict[str, str] | None) -> None:
    calls.fail("clave", "redirect", operation="keys", headers=headers)
    answer = calls.get("/v1/keys", headers={"Authorization": "Bearer clave-token"}, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        (headers or {"Location": "/redirected"})["Location"],
    )


def test_oversize_is_twenty_megabytes(calls: Calls) -> None:
    calls.fail("dgt", "oversize")
    answer = calls.run("dgt/puntos")
    assert len(answer.content) > OVERSIZE == 20 * 1024 * 1024
    assert calls.effects()["procedure_runs"] == {}


def test_bad_json_says_that_it_is_json(calls: Calls) -> None:
    calls.fail("dgt", "bad-json")
    answer = calls.run("dgt/puntos")
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(ValueError, match=r"Expecting|char"):
        answer.json()


def test_rate_limited_says_how_long(calls: Calls) -> None:
    calls.fail("clave", "rate-limited", seconds=7)
    answer = calls.ask_sms()
    assert (answer.status_code, problem(answer)) == (429, "rate-limited")
    assert (answer.headers["Retry-After"], answer.json()["retry_after"]) == ("7", 7)


def test_answer_gives_exactly_that(calls: Calls) -> None:
    body = b"%PDF-1.4 \x00\xff hostile"
    headers = {"Content-Type": "application/pdf", "X-Csv": "<script>"}
    calls.fail("tgss", "answer", status=207, headers=headers, body_base64=base64.b64encode(body).decode())
    answer = calls.run("tgss/vida-laboral")
    assert (answer.status_code, answer.content) == (207, body)
    assert (answer.headers["Content-Type"], answer.headers["X-Csv"]) == ("application/pdf", "<script>")


def test_a_fault_strikes_its_target_and_operation_alone(calls: Calls) -> None:
    calls.fail("dgt", "error", operation="run")
    assert calls.run("aeat/deudas").status_code == 200
    assert calls.run("dgt/puntos").status_code == 503
    calls.fail("clave", "error", operation="keys")
    assert calls.ask_sms().status_code == 201
    calls.fail("tgss", "error", operation="status")
    started = calls.run("tgss/vida-laboral")
    assert started.status_code == 202
    assert calls.status(started.json()["status_url"], "tgss").status_code == 503


def test_a_fault_strikes_as_often_as_it_says(calls: Calls) -> None:
    calls.fail("dgt", "error", times=2)
    assert [calls.run("dgt/puntos").status_code for _ in range(4)] == [503, 503, 200, 200]
    assert calls.get("/api/faults").json() == [{"target": "dgt", "fault": "error", "times": 0}]


@pytest.mark.parametrize(("probability", "status"), [(0, 200), (1, 503)])
def test_a_fault_strikes_as_likely_as_it_says(calls: Calls, probability: float, status: int) -> None:
    calls.fail("dgt", "error", probability=probability)
    assert {calls.run("dgt/puntos").status_code for _ in range(10)} == {status}


def test_the_first_fault_that_matches_strikes(calls: Calls) -> None:
    faults = [{"target": "dgt", "fault": "html", "times": 1}, {"target": "*", "fault": "error"}]
    assert calls.put("/api/faults", json=faults).json() == faults
    assert [calls.run("dgt/puntos").status_code for _ in range(2)] == [200, 503]


@pytest.mark.parametrize(
    "faults",
    [
        {},
        [1],
        [{"target": "clave"}],
        [{"target": "bank", "fault": "slow"}],
        [{"target": "clave", "fault": "sulk"}],
        [{"target": "clave", "fault": "slow", "operation": "dance"}],
        [{"target": "clave", "fault": "slow", "seconds": -1}],
        [{"target": "clave", "fault": "slow", "seconds": "3"}],
        [{"target": "clave", "fault": "error", "probability": 2}],
        [{"target": "clave", "fault": "error", "times": 1.5}],
        [{"target": "clave", "fault": "error", "status": 42}],
        [{"target": "clave", "fault": "answer", "headers": {"A": "b\r\nC: d"}}],
        [{"target": "clave", "fault": "answer", "body_base64": "?"}],
        [{"target": "clave", "fault": "slow", "colour": "red"}],
    ],
)
def test_a_list_that_is_not_right_is_refused_and_changes_nothing(calls: Calls, faults: Any) -> None:
    calls.fail("dgt", "html")
    answer = calls.put("/api/faults", json=faults)
    assert (answer.status_code, problem(answer)) == (400, "bad-request")
    assert [fault["fault"] for fault in calls.get("/api/faults").json()] == ["html"]


def test_no_fault_touches_the_sandbox_own_paths(calls: Calls) -> None:
    for kind in KINDS:
        calls.fail("*", kind)
        assert calls.get("/api/people").status_code == 200


def test_no_fault_reads_as_a_list_of_none(calls: Calls) -> None:
    calls.fail("clave", "error")
    assert calls.put("/api/faults", json=[]).json() == []
    assert calls.ask_sms().status_code == 201


def test_the_page_for_developers_lists_every_fault() -> None:
    page = (Path(__file__).resolve().parent.parent.parent / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []
