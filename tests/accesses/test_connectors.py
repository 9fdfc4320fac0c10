"""The connectors' contract, over real HTTP against the sandbox, with its faults on."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from accesses.connectors import connector
from accesses.connectors.base import ConnectorReply, ConnectorRequest, Consultation, Pdf, Pending, Problem
from accesses.connectors.http import LONGEST_CSV
from foundation.http.errors import NoResponse, NotSent
from tests.factories import an_identity
from tests.live_sandbox import LiveSandbox


def a_request(code: str = "dgt/puntos", **fields: Any) -> ConnectorRequest:
    entity, procedure = code.split("/")
    url = f"{{sandbox}}/bodies/{code}"
    defaults: dict[str, Any] = {"key": uuid4(), "inputs": {}, "identity": an_identity(), "url": url}
    return ConnectorRequest(entity=entity, procedure=procedure, **{**defaults, **fields})


def run(code: str = "dgt/puntos", **fields: Any) -> ConnectorReply:
    return connector().run(a_request(code, **fields))


def test_a_consultation_is_read(live_sandbox: LiveSandbox) -> None:
    reply = run()
    assert isinstance(reply, Consultation)
    assert not reply.is_empty
    assert reply.content["title"]


def test_a_document_comes_with_its_csv(live_sandbox: LiveSandbox) -> None:
    reply = run("sepe/certificado-situacion")
    assert isinstance(reply, Pdf)
    assert reply.content.startswith(b"%PDF-")
    assert reply.csv
    assert reply.csv_url.startswith("http")
    assert reply.filename.endswith(".pdf")


def test_slow_work_is_asked_for_again_until_it_is_there(live_sandbox: LiveSandbox) -> None:
    wanted = a_request("tgss/vida-laboral")
    reply = connector().run(wanted)
    assert isinstance(reply, Pending)
    assert reply.status_url.startswith(live_sandbox.url)
    assert isinstance(connector().status(wanted, reply.status_url), Pending | Pdf)


def test_the_same_access_is_done_once(live_sandbox: LiveSandbox) -> None:
    wanted = a_request()
    assert connector().run(wanted) == connector().run(wanted)
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_nothing_to_show_is_an_empty_consultation(live_sandbox: LiveSandbox) -> None:
    person = live_sandbox.person(has_data=False)
    reply = run(identity=an_identity(person["document_number"]))
    assert isinstance(reply, Consultation)
    assert reply.is_empty


def test_a_lower_level_than_the_body_wants_is_a_problem(live_sandbox: LiveSandbox) -> None:
    inputs = {"birth_date": "1980-01-01", "birth_place": "Madrid", "certificate": "literal"}
    reply = run("justicia/certificado-nacimiento", inputs=inputs, identity=an_identity(level="basic"))
    assert isinstance(reply, Problem)
    assert not reply.is_passing


@pytest.mark.parametrize("fault", ["reset", "html", "truncated", "oversize", "bad-json", "redirect"])
def test_what_is_no_answer_leaves_the_outcome_unknown(
    live_sandbox: LiveSandbox, settings: Settings, fault: str
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    live_sandbox.fail("dgt", fault)
    with pytest.raises(NoResponse):
        run()


def test_a_silent_body_leaves_the_outcome_unknown(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.CONNECTOR_READ_SECONDS = settings.CONNECTOR_TOTAL_SECONDS = 0.2
    live_sandbox.fail("dgt", "hang", seconds=2)
    with pytest.raises(NoResponse):
        run()


def test_a_body_where_nobody_listens_gets_nothing(settings: Settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(NotSent):
        run()


@pytest.mark.parametrize("fault", ["error", "rate-limited"])
def test_a_failing_body_may_do_it_later(live_sandbox: LiveSandbox, fault: str) -> None:
    live_sandbox.fail("dgt", fault)
    reply = run()
    assert isinstance(reply, Problem)
    assert reply.is_passing


def answers(sandbox: LiveSandbox, status: int, body: Any, media_type: str = "application/json", **headers: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sandbox.fail(
        "dgt",
        "answer",
        status=status,
        headers={"Content-Type": media_type, **{name.replace("_", "-"): text for name, text in headers.items()}},
        body_base64=base64.b64encode(content).decode(),
    )


FINE = {"title": "Puntos", "issued_at": "2026-01-01T10:00:00+01:00", "sections": []}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {**FINE, "title": 7},
        {**FINE, "issued_at": "yesterday"},
        {**FINE, "sections": {}},
        {**FINE, "sections": [{"heading": "a"}]},
        {**FINE, "sections": [{"heading": "a", "rows": [{"label": "b"}]}]},
        {**FINE, "sections": [{"heading": "a", "rows": [{"label": "b", "value": {"c": "d"}}]}]},
        {**FINE, "sections": [{"heading": "a", "columns": ["b"], "table": [["c", "d"]]}]},
        {**FINE, "sections": [{"heading": "a", "rows": []}] * 41},
        {**FINE, "title": "a" * 2001},
    ],
)
def test_a_consultation_that_breaks_the_contract_is_no_answer(live_sandbox: LiveSandbox, body: Any) -> None:
    answers(live_sandbox, 200, body)
    with pytest.raises(NoResponse):
        run()


def test_a_status_of_another_origin_is_never_called(live_sandbox: LiveSandbox) -> None:
    answers(live_sandbox, 202, {"status_url": "http://169.254.169.254/latest", "progress": 1, "stage": "a"})
    with pytest.raises(NoResponse):
        run()


def test_what_the_body_says_is_cut_and_cleaned(live_sandbox: LiveSandbox) -> None:
    answers(live_sandbox, 422, {"detail": "Falta\u0000 algo" + "x" * 900})
    reply = run()
    assert isinstance(reply, Problem)
    assert reply.detail.startswith("Falta  algo")
    assert len(reply.detail) == 500


def test_text_that_nobody_can_see_or_store_is_replaced(live_sandbox: LiveSandbox) -> None:
    rows = [{"label": "Punto\ud800s", "value": "12\u0000"}]
    answers(live_sandbox, 200, {**FINE, "sections": [{"heading": "a\u0007b", "rows": rows}], "notice": "\udfff"})
    reply = run()
    assert isinstance(reply, Consultation)
    assert reply.content["sections"] == [{"heading": "a b", "rows": [{"label": "Punto s", "value": "12"}]}]
    json.dumps(reply.content, ensure_ascii=False).encode()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_no_answer(live_sandbox: LiveSandbox, number: str) -> None:
    body = json.dumps({**FINE, "sections": [{"heading": "a", "rows": [{"label": "b", "value": "?"}]}]})
    answers(live_sandbox, 200, body.replace('"?"', number).encode())
    with pytest.raises(NoResponse):
        run()


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ("1" + "0" * 400, 300.0),
        ("86400", 300.0),
        ("-5", 0.0),
        ("0.5", 0.5),
        ('"soon"', 1.0),
        ("null", 1.0),
        ("[]", 1.0),
    ],
)
def test_how_long_to_wait_is_always_a_time_within_bounds(
    live_sandbox: LiveSandbox, told: str, understood: float
) -> None:
    progress = "9" * 400
    answers(live_sandbox, 202, f'{{"status_url": "/a", "progress": {progress}, "retry_after": {told}}}'.encode())
    reply = run()
    assert isinstance(reply, Pending)
    assert (reply.retry_after, reply.progress) == (understood, 99)


@pytest.mark.parametrize("told", ["nan", "inf", "-1", "tomorrow", "9" * 400])
def test_a_header_that_tells_no_time_is_no_time(live_sandbox: LiveSandbox, told: str) -> None:
    answers(live_sandbox, 503, b"<html>", "text/html", Retry_After=told)
    reply = run()
    assert isinstance(reply, Problem)
    assert 0 <= reply.retry_after <= 300


@pytest.mark.parametrize(
    "status_url",
    [
        "http://[",
        "//evil.example/a",
        "https://127.0.0.1/a",
        "http://user@127.0.0.1:1/a",
        "\\\\evil.example\\a",
        "/a b",
        "/a\u0000",
        "/a\ud800",
        "/ñ",
        "/" + "a" * 500,
    ],
)
def test_a_status_address_that_is_none_is_no_answer(live_sandbox: LiveSandbox, status_url: str) -> None:
    answers(live_sandbox, 202, {"status_url": status_url, "progress": 1, "stage": "a", "retry_after": 1})
    with pytest.raises(NoResponse):
        run()


def test_a_relative_status_address_is_the_bodys_own(live_sandbox: LiveSandbox) -> None:
    answers(live_sandbox, 202, {"status_url": "status/7", "stage": "Bus\u0000cando", "retry_after": 1})
    assert run() == Pending(f"{live_sandbox.url}/bodies/dgt/status/7", progress=0, stage="Bus cando", retry_after=1)


@pytest.mark.parametrize("status", [201, 203, 204, 206, 207])
def test_a_status_that_the_contract_does_not_know_is_no_answer(live_sandbox: LiveSandbox, status: int) -> None:
    answers(live_sandbox, status, FINE)
    with pytest.raises(NoResponse):
        run()


@pytest.mark.parametrize(
    ("status", "media_type", "undone"),
    [
        (429, "application/problem+json", True),
        (425, "application/json", True),
        (503, "application/problem+json", True),
        (503, "text/html", False),
        (500, "application/problem+json", False),
        (502, "text/html", False),
        (504, "application/problem+json", False),
        (408, "application/problem+json", False),
    ],
)
def test_only_who_says_so_has_surely_not_done_it(
    live_sandbox: LiveSandbox, status: int, media_type: str, undone: bool
) -> None:
    answers(live_sandbox, status, {"detail": "Ahora no"}, media_type)
    reply = run()
    assert isinstance(reply, Problem)
    assert (reply.is_passing, reply.is_undone) == (True, undone)


def test_work_that_the_body_has_forgotten_is_an_unknown_outcome(live_sandbox: LiveSandbox) -> None:
    with pytest.raises(NoResponse):
        connector().status(a_request(), f"{live_sandbox.url}/bodies/dgt/puntos/status/none")


@pytest.mark.parametrize(
    "csv_url", ["http://[", "javascript:alert(1)", "https://a.example/\\", "ftp://a.example/", "//a"]
)
def test_a_verification_address_that_is_none_is_left_out(live_sandbox: LiveSandbox, csv_url: str) -> None:
    answers(live_sandbox, 200, b"%PDF-1.7", "application/pdf", X_Csv="A\tB", X_Csv_Url=csv_url)
    reply = run()
    assert isinstance(reply, Pdf)
    assert (reply.csv, reply.csv_url) == ("", "")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("7Q2M", "7Q2M"),
        ("aB3-xy_9/=+.:~*#", "aB3-xy_9/=+.:~*#"),
        ("GEISER-1a2b-3c4d-5e6f", "GEISER-1a2b-3c4d-5e6f"),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"),
        ("AB CD", "AB CD"),
        ("1", "1"),
        ("<b>", "<b>"),
        ("ÑÚ-1", "ÑÚ-1"),
        ("x" * LONGEST_CSV, "x" * LONGEST_CSV),
        ("x" * (LONGEST_CSV + 1), ""),
        (" 7Q2M ", "7Q2M"),
        ("", ""),
    ],
)
def test_a_verification_code_of_any_form_is_kept_as_it_was_sent(
    live_sandbox: LiveSandbox, sent: str, shown: str
) -> None:
    answers(live_sandbox, 200, b"%PDF-1.7", "application/pdf", X_Csv=sent)
    reply = run()
    assert isinstance(reply, Pdf)
    assert reply.csv == shown
