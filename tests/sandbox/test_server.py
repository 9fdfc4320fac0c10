"""Server tests: keep-alive, concurrency, malformed requests, start-up and shutdown."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.server import Server, running
from tests.sandbox.calls import TOKEN, Calls

ROOT = Path(__file__).resolve().parent.parent.parent


def _connect(server: Server) -> socket.socket:
    made = socket.create_connection((server.host, server.port), timeout=5)
    made.settimeout(5)
    return made


def _ask(connection: socket.socket, text: str) -> bytes:
    connection.sendall(text.encode())
    return connection.recv(65536)


def test_a_connection_is_kept_and_takes_the_next_request(server: Server) -> None:
    with _connect(server) as connection:
        for _ in range(3):
            answer = _ask(connection, "GET /api/effects HTTP/1.1\r\nHost: x\r\n\r\n")
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK")
            assert f"Content-Length: {len(body)}".encode() in head


def test_two_requests_sent_together_are_answered_in_turn(server: Server) -> None:
    with _connect(server) as connection:
        one = "GET /api/effects HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(one.encode() + one.replace("Host: x", "Connection: close").encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_four_hundred_connections_are_served(server: Server) -> None:
    connections = [_connect(server) for _ in range(400)]
    try:
        for connection in connections:
            connection.sendall(b"GET /api/people HTTP/1.1\r\nHost: x\r\n\r\n")
        assert all(connection.recv(65536).startswith(b"HTTP/1.1 200") for connection in connections)
    finally:
        for connection in connections:
            connection.close()


def test_a_hundred_hanging_calls_keep_nobody_waiting(server: Server, calls: Calls) -> None:
    calls.fail("clave", "hang")
    connections = [_connect(server) for _ in range(100)]
    for connection in connections:
        connection.sendall(b"GET /v1/keys HTTP/1.1\r\nHost: x\r\n\r\n")
    began = time.monotonic()
    assert calls.run("dgt/puntos").status_code == 200
    assert time.monotonic() - began < 0.5
    for connection in connections:
        connection.close()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GARBAGE\r\n\r\n", b"400"),
        ("GET / HTTP/3.0\r\n\r\n", b"400"),
        ("GET / HTTP/1.1\r\nNo colon\r\n\r\n", b"400"),
        ("POST /api/reset HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
        ("POST /api/reset HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        ("POST /api/reset HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        ("GET / HTTP/1.1\r\nA: " + "x" * 70000 + "\r\n\r\n", b"431"),
        ("DELETE /api/people HTTP/1.1\r\n\r\n", b"405"),
    ],
)
def test_what_is_no_request_is_told_so(server: Server, text: str, status: bytes) -> None:
    with _connect(server) as connection:
        assert _ask(connection, text).split(b" ")[1] == status


def test_head_answers_without_a_body(calls: Calls) -> None:
    answer = calls.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 1000


def test_a_taken_port_is_an_error(server: Server) -> None:
    with pytest.raises(OSError, match="in use"), running(port=server.port):
        pytest.fail("it listened on a port that was taken")


def _started(port: int, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox"],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_PORT": str(port), "HOST": "127.0.0.1", "CLAVE_TOKEN": TOKEN, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with _started(port) as process:
        answer = _first_answer(f"http://127.0.0.1:{port}/api/people")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=5)
    assert answer.json()[0]["document_number"] == "12345678Z"
    assert (process.returncode, errors) == (0, "")


def test_the_command_says_what_is_missing_or_taken(server: Server) -> None:
    port = urlsplit(server.url).port or 0
    with _started(port) as taken, _started(port, CLAVE_TOKEN="") as unnamed:
        errors = [process.communicate(timeout=10)[1] for process in (taken, unnamed)]
    assert f"cannot listen on 127.0.0.1:{port}" in errors[0]
    assert "CLAVE_TOKEN" in errors[1]
    assert (taken.returncode, unnamed.returncode) == (1, 1)


def test_the_sandbox_knows_neither_django_nor_the_portal() -> None:
    portal = ("django", "tramites_site", "procedures", "documents", "clave", "accounts", "guides", "foundation")
    script = f"import sys, sandbox.__main__; print(sorted({set(portal)!r} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def _first_answer(url: str) -> requests.Response:
    until = time.monotonic() + 10
    while True:
        try:
            return requests.get(url, timeout=5)
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
