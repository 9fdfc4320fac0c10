"""Connector tests: authorisation, inputs, idempotency, progress and slow answers."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from sandbox.server import Server, running
from tests.sandbox.calls import ANA, BASIC, PORTAL_KEY, TOKEN, YASMIN, Calls, bearer, problem


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "aeat"},
        {"aud": ["dgt"]},
        {"iss": "somebody"},
        {"sub": None},
        {"level": None},
        {"level": "royal"},
        {"exp": int(time.time()) - 60},
        {"exp": int(time.time()) + 4000},
        {"exp": None},
        {"iat": int(time.time()) + 4000},
        {"access": "another"},
    ],
)
def test_a_token_that_is_not_for_this_call_is_refused(calls: Calls, claims: dict[str, Any]) -> None:
    answer = calls.run("dgt/puntos", **claims)
    assert (answer.status_code, problem(answer)) == (401, "unauthorized")
    assert calls.effects()["procedure_runs"] == {}


@pytest.mark.parametrize("token", ["", "x.y.z", jwt.encode({"sub": ANA}, "k" * 32, algorithm="HS256")])
def test_what_is_no_token_of_the_portal_is_refused(calls: Calls, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    answer = calls.post("/bodies/dgt/puntos", json={"procedure": "dgt/puntos", "inputs": {}}, headers=headers)
    assert problem(answer) == "unauthorized"


def test_the_access_in_the_token_is_that_of_the_key(calls: Calls) -> None:
    assert calls.run("dgt/puntos", key="mine", access="mine").status_code == 200
    assert problem(calls.run("dgt/puntos", key="yours", access="mine")) == "unauthorized"


@pytest.mark.parametrize(
    ("code", "inputs", "detail"),
    [
        ("aeat/datos-fiscales", {}, "Falta el dato «año»."),
        ("aeat/datos-fiscales", {"year": "dos mil"}, "El dato «año» no es un año."),
        ("tgss/situacion-en-fecha", {"date": "31/12/2020"}, "El dato «fecha» no es una fecha."),
        ("tgss/bases-cotizacion", {"period_from": "2024-01-01"}, "Falta el dato «fin del periodo»."),
        (
            "sepe/importes-periodo",
            {"period_from": "2024-02-01", "period_to": "2024-01-01"},
            "El periodo termina antes de empezar.",
        ),
        ("dgt/distintivo-ambiental", {"plate": "nope"}, "El dato «matrícula» no tiene la forma debida."),
        (
            "justicia/antecedentes-penales",
            {"purpose": "fun"},
            "El dato «finalidad» no es una de las opciones.",
        ),
        (
            "inss/tarjeta-sanitaria-provisional",
            {"social_security_number": "12"},
            "El dato «número de la Seguridad Social» no tiene la forma debida.",
        ),
    ],
)
def test_required_data_that_are_not_right_are_named(
    calls: Calls, code: str, inputs: dict[str, Any], detail: str
) -> None:
    answer = calls.run(code, inputs=inputs)
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)
    assert calls.effects()["procedure_runs"] == {}


def test_an_advanced_procedure_refuses_the_basic_level_with_a_sentence(calls: Calls) -> None:
    answer = calls.run("justicia/certificado-nacimiento", BASIC, level="basic")
    assert (answer.status_code, problem(answer)) == (403, "insufficient-level")
    assert "avanzado" in answer.json()["detail"]


def test_the_same_access_runs_once_and_answers_the_same_bytes(calls: Calls) -> None:
    first, second = (calls.run("aeat/certificado-renta", key="access") for _ in range(2))
    assert first.content == second.content
    assert first.headers["X-Csv"] == second.headers["X-Csv"]
    assert calls.effects()["procedure_runs"] == {"aeat/certificado-renta": 1}
    assert problem(calls.run("aeat/certificado-renta", YASMIN, key="access")) == "key-reused"


def test_slow_work_goes_through_its_stages_and_ends_in_the_document(calls: Calls, server: Server) -> None:
    started = calls.run("tgss/vida-laboral", key="slow")
    url, stages = started.json()["status_url"], []
    assert url.startswith(f"{server.url}/bodies/tgss/vida-laboral/status/")
    while (answer := calls.status(url, "tgss")).status_code == 202:
        stages.append((answer.json()["stage"], answer.json()["progress"]))
        server.world.clock.advance(seconds=0.8)
    assert answer.content.startswith(b"%PDF-")
    assert len({stage for stage, _ in stages}) >= 3
    assert [progress for _, progress in stages] == sorted({progress for _, progress in stages})
    assert calls.run("tgss/vida-laboral", key="slow").json() == started.json()
    assert calls.effects()["procedure_runs"] == {"tgss/vida-laboral": 1}


def test_nobody_else_sees_the_progress(calls: Calls) -> None:
    url = calls.run("tgss/vida-laboral").json()["status_url"]
    assert calls.status(url, "tgss", YASMIN).status_code == 404
    assert calls.status(url, "aeat").status_code == 401


def test_a_slow_body_takes_its_time(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.bodies.connector.SLOWNESS", 0.1)
    began = time.monotonic()
    assert calls.run("catastro/certificado-descriptivo").status_code == 200
    assert 0.2 <= time.monotonic() - began < 2


def test_a_stranger_whom_no_body_knows_has_nothing(calls: Calls) -> None:
    assert calls.run("dgt/puntos", "00000000T").json()["sections"] == []


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"procedure": "dgt/multas", "inputs": {}}', b'{"inputs": {}}'])
def test_a_body_that_is_no_run_of_this_procedure_is_a_bad_request(calls: Calls, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {bearer('dgt', ANA)}", "Idempotency-Key": "k"}
    assert problem(calls.post("/bodies/dgt/puntos", data=content, headers=headers)) == "bad-request"


class _Portal(ThreadingHTTPServer):
    """A portal stand-in that serves its JWKS and counts how often it is read."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Jwks)
        self.keys: dict[str, ec.EllipticCurvePrivateKey] = {"portal-1": PORTAL_KEY}
        self.reads = self.lines = 0


class _Jwks(BaseHTTPRequestHandler):
    server: _Portal

    def do_GET(self) -> None:
        self.server.reads += 1
        keys = [
            ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} for kid, key in self.server.keys.items()
        ]
        self.send_response(200 if self.path == "/.well-known/jwks.json" else 404)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": keys}).encode())

    def log_message(self, *_: Any) -> None:
        """Count the log line instead of printing it, to keep test output quiet."""
        self.server.lines += 1


@pytest.fixture
def portal() -> Iterator[_Portal]:
    with _Portal() as portal:
        thread = threading.Thread(target=portal.serve_forever, args=(0.01,))
        thread.start()
        yield portal
        portal.shutdown()
        thread.join()


def test_signatures_are_checked_with_keys_that_are_read_once(portal: _Portal) -> None:
    with (
        running(token=TOKEN, portal_url=f"http://127.0.0.1:{portal.server_port}") as server,
        Calls(server.url) as calls,
    ):
        assert [calls.run("dgt/puntos").status_code for _ in range(3)] == [200] * 3
        assert portal.reads == 1
        forged = bearer("dgt", ANA, key=ec.generate_private_key(ec.SECP256R1()))
        assert problem(calls.run("dgt/puntos", token=forged)) == "unauthorized"
        portal.keys["portal-2"] = new = ec.generate_private_key(ec.SECP256R1())
        assert calls.run("dgt/puntos", token=bearer("dgt", ANA, key=new, kid="portal-2")).status_code == 200
        assert portal.reads == 2
        assert problem(calls.run("dgt/puntos", token=bearer("dgt", ANA, kid="no-such"))) == "unauthorized"


def test_keys_that_cannot_be_read_are_a_503_and_not_a_refusal() -> None:
    with running(token=TOKEN, portal_url="http://127.0.0.1:9") as server, Calls(server.url) as calls:
        answer = calls.run("dgt/puntos")
        assert (answer.status_code, problem(answer)) == (503, "unavailable")
        assert calls.effects()["procedure_runs"] == {}
