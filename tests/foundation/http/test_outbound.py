"""Outside calls against a hostile server: each ends in time, as an answer or an error that says what is known."""

import contextlib
import gzip
import logging
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
import urllib3

from foundation.http import outbound
from foundation.http.addresses import Origin
from foundation.http.errors import BadResponse, NoResponse, NotSent, OutboundError
from foundation.http.outbound import RequestLimits, send
from foundation.http.responses import Response
from tests.foundation.http.hostile import OK, Act, HostileServer, Talk, certificate, port_that_takes_nobody

BEARER = "Bearer token-of-the-portal"
BODY = {"document_number": "12345678Z"}
ANSWERED = b"said-by-the-body"
SECRET = ("127.0.0.1", "private", "secret", "token-of-the-portal", "12345678Z", ANSWERED.decode())
"""What no error may tell: address, headers, what was sent, what was answered."""

AMPLE = RequestLimits(connect=10, read=10, total=10, body=1000)
SHORT = RequestLimits(connect=10, read=10, total=0.25, body=1000)
SOON = 5
"""Seconds in which what takes ``SHORT`` ends even on a machine that is busy; without its deadline it takes longer."""


@pytest.fixture(autouse=True)
def _called_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stands where nothing but what the operator has set may be called."""
    monkeypatch.setattr(Origin, "is_trusted", True)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with contextlib.closing(HostileServer()) as running:
        yield running


@pytest.fixture
def other_server() -> Iterator[HostileServer]:
    with contextlib.closing(HostileServer()) as running:
        yield running


@pytest.fixture
def secure_server(tmp_path: Path) -> Iterator[HostileServer]:
    """Its certificate is in ``tmp_path / "server.pem"`` and trusted by nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path / "server.pem"))
    with contextlib.closing(HostileServer(context)) as running:
        yield running


def ask(url: str, limits: RequestLimits = AMPLE, **changes: Any) -> Response:
    return send(
        **{"method": "POST", "url": url, "headers": {"Authorization": BEARER}, "json": BODY, **changes},
        limits=limits,
    )


def failure(url: str, limits: RequestLimits = AMPLE, **changes: Any) -> OutboundError:
    """The error that asking ends in, whose whole traceback tells nothing that is secret."""
    with pytest.raises(OutboundError) as failed:
        ask(url, limits, **changes)
    told = "".join(format_exception(failed.value))
    assert [secret for secret in SECRET if secret in told] == []
    return failed.value


def unknown(url: str, limits: RequestLimits = AMPLE) -> NoResponse:
    """The error of a request that was sent and whose outcome is unknown."""
    error = failure(url, limits)
    assert isinstance(error, NoResponse)
    return error


# --- Answers --------------------------------------------------------------------------------------------------------


def says(*parts: bytes) -> Act:
    return lambda talk: talk.say(*parts)


def answers(body: bytes, *headers: bytes) -> Act:
    return lambda talk: talk.answer(body, *headers)


def test_an_answer_is_its_status_its_headers_and_its_body(server: HostileServer) -> None:
    act = says(b"HTTP/1.1 503 Later\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}")
    answer = ask(server.does(act))
    assert (answer.status, answer.media_type, answer.body) == (503, "application/json", b"{}")
    assert answer.headers["content-length"] == "2"


def test_a_request_is_sent_as_it_was_given(server: HostileServer) -> None:
    ask(server.does(answers(b"")))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /private/path?secret=query HTTP/1.1\r\n")
    assert f"\r\nAuthorization: {BEARER}".encode() in head
    assert body == b'{"document_number": "12345678Z"}'


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_a_compressed_body_is_opened(server: HostileServer, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    act = answers(encode(b"body" * 200), f"Content-Encoding: {encoding}".encode())
    assert ask(server.does(act)).body == b"body" * 200


@pytest.mark.parametrize(
    "body",
    [
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nwh\r\n3\r\nole\r\n0\r\n\r\n",
        b"\r\nwhole",
        b"Content-Length: \xb2\r\n\r\nwhole",
        b"Content-Length: " + b"7" * 5000 + b"\r\n\r\nwhole",
        b"Content-Length: -5\r\n\r\nwhole",
    ],
    ids=["chunked", "until the end", "a digit that is no number", "no number that fits", "less than nothing"],
)
def test_a_body_without_a_length_that_can_be_read_goes_to_its_end(server: HostileServer, body: bytes) -> None:
    assert ask(server.does(says(OK, body))).body == b"whole"


# --- Time -----------------------------------------------------------------------------------------------------------


DRIPS: dict[str, tuple[bytes, bytes]] = {
    "the status line": (b"HTTP/1.1 200 ", b"O"),
    "one header": (OK + b"X-Long: ", b"x"),
    "headers without end": (OK, b"A: b\r\n"),
    "answers that say to wait": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body with its length": (OK + b"Content-Length: 900\r\n\r\n", b"x"),
    "a body without length": (OK + b"\r\n", b"x"),
    "a body in chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "the size of a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"A: b\r\n"),
}


@pytest.mark.parametrize(("first", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_no_drip_outlasts_the_deadline(server: HostileServer, first: bytes, drop: bytes) -> None:
    def act(talk: Talk) -> None:
        talk.say(first)
        talk.drip(drop)

    began = time.monotonic()
    assert not unknown(server.does(act), SHORT).settled
    assert time.monotonic() - began < SOON


def hangs_after(*parts: bytes) -> Act:
    def act(talk: Talk) -> None:
        talk.say(*parts)
        talk.hang()

    return act


HANGS = {
    "before the answer": b"",
    "in the headers": OK + b"X-",
    "before the body": OK + b"Content-Length: 9\r\n\r\n",
    "in the body": OK + b"\r\n" + ANSWERED,
}


@pytest.mark.parametrize("said", HANGS.values(), ids=HANGS.keys())
@pytest.mark.parametrize("limits", [SHORT, RequestLimits(connect=10, read=0.2, total=10)], ids=["total", "read"])
def test_a_silence_ends_with_the_time_allowed_and_the_other_side_may_still_be_at_work(
    server: HostileServer, said: bytes, limits: RequestLimits
) -> None:
    began = time.monotonic()
    assert not unknown(server.does(hangs_after(said)), limits).settled
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("limits", [SHORT, RequestLimits(connect=0.2, read=10, total=10)], ids=["total", "connect"])
def test_a_connection_that_is_never_taken_ends_with_the_time_allowed(limits: RequestLimits) -> None:
    began = time.monotonic()
    with port_that_takes_nobody() as port:
        assert isinstance(failure(f"http://127.0.0.1:{port}/private", limits), NotSent)
    assert time.monotonic() - began < SOON


HANDSHAKES: dict[str, Act] = {
    "silent": Talk.hang,
    "dripping": lambda talk: talk.drip(b"\x16\x03\x03\x40\x00" + b"\x00" * 0x4000),
}


@pytest.mark.parametrize("greeting", HANDSHAKES.values(), ids=HANDSHAKES.keys())
def test_a_handshake_that_does_not_end_is_cut_off_and_nothing_was_sent(server: HostileServer, greeting: Act) -> None:
    server.greeting = greeting
    began = time.monotonic()
    assert isinstance(failure(server.does().replace("http:", "https:"), SHORT), NotSent)
    assert time.monotonic() - began < SOON


def connects_in(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = urllib3.util.connection.create_connection

    def slow(*args: Any, **options: Any) -> socket.socket:
        time.sleep(seconds)
        return connect(*args, **options)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", slow)


def test_when_connecting_took_all_the_time_nothing_after_it_lasts(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connects_in(SHORT.total * 1.5, monkeypatch)
    began = time.monotonic()
    failure(server.does(Talk.drip), SHORT)
    assert time.monotonic() - began < SOON


def test_a_handshake_has_the_time_that_connecting_left(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    connects_in(SHORT.total / 2, monkeypatch)
    left: list[float] = []

    def wrap(_context: ssl.SSLContext, sock: socket.socket, **_options: object) -> ssl.SSLSocket:
        left.append(sock.gettimeout() or SOON)
        raise ssl.SSLError

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    assert isinstance(failure(server.does().replace("http:", "https:"), SHORT), NotSent)
    assert left[0] <= SHORT.total / 2


def test_cutting_one_exchange_off_leaves_the_others_alone(server: HostileServer, other_server: HostileServer) -> None:
    dripping = threading.Thread(target=failure, args=[server.does(Talk.drip), SHORT])

    def act(talk: Talk) -> None:
        dripping.join(SOON)
        talk.answer(b"well")

    dripping.start()
    assert ask(other_server.does(act)).body == b"well"


# --- Ends -----------------------------------------------------------------------------------------------------------


def resets_after(*parts: bytes) -> Act:
    def act(talk: Talk) -> None:
        talk.say(*parts)
        talk.reset()

    return act


ENDS: dict[str, Act] = {
    "a reset": resets_after(),
    "a reset in the headers": resets_after(OK, b"X-"),
    "a reset in the body": resets_after(OK, b"\r\n", ANSWERED),
    "no word": says(),
    "half a status line": says(b"HTTP/1."),
    "half of the headers": says(OK, b"Content-Length: 9\r\n"),
    "half of the body": says(OK, b"Content-Length: 90\r\n\r\n", ANSWERED),
    "half of a compressed body": says(OK, b"Content-Encoding: gzip\r\nContent-Length: 90\r\n\r\n", gzip.compress(b"x")),
    "half of a chunk": says(OK, b"Transfer-Encoding: chunked\r\n\r\n90\r\n", ANSWERED),
    "no last chunk": says(OK, b"Transfer-Encoding: chunked\r\n\r\n2\r\nxx\r\n"),
    "what is no chunk": says(OK, b"Transfer-Encoding: chunked\r\n\r\nmany\r\n", ANSWERED),
    "what is not HTTP": says(b"SSH-2.0-OpenSSH\r\n\r\n"),
    "what is nothing": says(bytes(range(256)) * 20),
    "a line without end": says(OK, b"X-Long: ", b"x" * 70_000),
    "too many headers": says(OK, b"A: b\r\n" * 200, b"\r\n"),
    "two lengths": says(OK, b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nxxx"),
    "what is not compressed": says(OK, b"Content-Encoding: gzip\r\nContent-Length: 16\r\n\r\n", ANSWERED),
}


@pytest.mark.parametrize("act", ENDS.values(), ids=ENDS.keys())
def test_after_what_is_no_answer_nothing_is_at_work_and_nothing_was_sent_twice(server: HostileServer, act: Act) -> None:
    assert unknown(server.does(act)).settled
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("act", [says(), resets_after()], ids=["no word", "a reset"])
def test_nothing_is_sent_twice_whatever_it_is(server: HostileServer, method: str, act: Act) -> None:
    failure(server.does(act, answers(b"second")), method=method)
    assert len(server.requests) == 1


def test_a_request_that_was_cut_off_in_the_middle_was_sent(server: HostileServer) -> None:
    """Who reads no further than the head may have done the work by then."""

    def act(talk: Talk) -> None:
        talk.sock.recv(1)
        talk.reset()

    server.greeting = act
    error = failure(server.does(), json={"inputs": "x" * 20_000_000})
    assert isinstance(error, NoResponse)
    assert error.settled


# --- Nothing was sent -----------------------------------------------------------------------------------------------


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert isinstance(failure(f"http://127.0.0.1:{port}/private"), NotSent)


def test_to_a_name_that_nobody_has_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert isinstance(failure("http://private.example/secret"), NotSent)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "private",
        "/private",
        "http://",
        "http:///private",
        "http://[private",
        "http://[::private]/",
        "http://127.0.0.1:99999/private",
        "http://127.0.0.1:port/private",
        "http://private secret/",
        "http://.private/",
        f"http://{'secret' * 12}.example/",
        "http://private\udcff/",
        "http://private..\u00f1/",
        "file:///private",
        "ftp://127.0.0.1/private",
        "{sandbox}/private",
    ],
)
def test_to_what_is_no_address_nothing_was_sent(url: str) -> None:
    assert isinstance(failure(url), NotSent)


@pytest.mark.parametrize("value", ["secret\r\nX-Other: 1", "secret\n", "secret €", " secret"])
def test_with_a_header_that_cannot_be_sent_nothing_was_sent(server: HostileServer, value: str) -> None:
    assert isinstance(failure(server.does(answers(b"")), headers={"Authorization": value}), NotSent)
    assert server.requests == []


def test_to_a_server_that_nobody_vouches_for_nothing_was_sent(secure_server: HostileServer) -> None:
    assert isinstance(failure(secure_server.does(answers(b""))), NotSent)
    assert secure_server.requests == []


def test_the_deadline_holds_in_a_secure_conversation_too(
    secure_server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound._shared_session, "verify", str(tmp_path / "server.pem"))

    def act(talk: Talk) -> None:
        talk.say(OK, b"\r\n")
        talk.drip()

    url = secure_server.does(answers(b"well"), act)
    assert ask(url).body == b"well"
    began = time.monotonic()
    assert not unknown(url, SHORT).settled
    assert time.monotonic() - began < SOON


# --- Answers that are none ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_a_redirect_is_not_followed(server: HostileServer, other_server: HostileServer, status: int) -> None:
    elsewhere = other_server.does(answers(b"")).encode()
    act = says(b"HTTP/1.1 %d Elsewhere\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status, elsewhere))
    assert isinstance(failure(server.does(act)), BadResponse)
    assert other_server.requests == []


@pytest.mark.parametrize(
    "location", [b"http://[", b"//[x", b"http://\xe2\x84\x80.example/", b"secret:", b"http://127.0.0.1:99999/", b"\xff"]
)
def test_where_a_redirect_leads_is_not_looked_at(server: HostileServer, location: bytes) -> None:
    act = says(b"HTTP/1.1 302 Elsewhere\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % location)
    assert isinstance(failure(server.does(act)), BadResponse)


def test_the_body_of_a_redirect_is_not_read(server: HostileServer) -> None:
    def act(talk: Talk) -> None:
        talk.say(b"HTTP/1.1 302 Elsewhere\r\nLocation: /\r\n\r\n")
        talk.drip()

    began = time.monotonic()
    assert isinstance(failure(server.does(act)), BadResponse)
    assert time.monotonic() - began < SOON


LARGE = b"x" * (AMPLE.body + 1)


@pytest.mark.parametrize(
    "act",
    [
        answers(LARGE),
        says(OK, b"\r\n", LARGE),
        says(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * len(LARGE), b"0\r\n\r\n"),
        answers(gzip.compress(LARGE), b"Content-Encoding: gzip"),
    ],
    ids=["length", "until the end", "chunked", "compressed"],
)
def test_a_body_that_is_one_byte_too_large_is_no_answer(server: HostileServer, act: Act) -> None:
    assert isinstance(failure(server.does(act)), BadResponse)


def test_a_body_as_large_as_is_allowed_is_an_answer(server: HostileServer) -> None:
    assert len(ask(server.does(answers(LARGE[:-1]))).body) == AMPLE.body


def test_a_body_without_end_is_left_when_it_is_too_large(server: HostileServer) -> None:
    def act(talk: Talk) -> None:
        talk.say(OK, b"\r\n")
        while not talk.over.is_set():
            talk.say(b"x" * 65536)

    assert isinstance(failure(server.does(act)), BadResponse)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    ],
)
@pytest.mark.parametrize("status", [b"200", b"302"])
def test_a_bomb_does_not_go_off(
    server: HostileServer, encoding: str, encode: Callable[[bytes], bytes], status: bytes
) -> None:
    size = 16 << 20
    bomb = encode(bytes(size))
    head = b"HTTP/1.1 %b Boom\r\nLocation: /\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n"
    url = server.does(says(head % (status, encoding.encode(), len(bomb)), bomb))
    tracemalloc.start()
    try:
        assert isinstance(failure(url), BadResponse)
        assert tracemalloc.get_traced_memory()[1] < size / 4
    finally:
        tracemalloc.stop()


# --- From one exchange to the next ----------------------------------------------------------------------------------


def test_a_connection_is_kept_and_used_again(server: HostileServer) -> None:
    url = server.does(answers(b"first"), answers(b"second"))
    assert [ask(url).body, ask(url).body] == [b"first", b"second"]
    assert server.connections == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(server: HostileServer) -> None:
    url = server.does(says(OK, b"Content-Length: 5\r\n\r\nfirst"), answers(b"second"))
    assert ask(url).body == b"first"
    server.left.acquire()
    assert ask(url).body == b"second"
    assert (server.connections, len(server.requests)) == (2, 2)


def test_what_went_into_a_connection_that_had_just_been_closed_is_not_sent_again(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The goodbye crosses the request: who sends it cannot know whether it was read."""
    url = server.does(says(OK, b"Content-Length: 5\r\n\r\nfirst"), answers(b"second"))
    assert ask(url).body == b"first"
    server.left.acquire()
    monkeypatch.setattr("urllib3.connectionpool.is_connection_dropped", lambda _connection: False)
    assert unknown(url).settled
    assert (server.connections, len(server.requests)) == (1, 1)


def test_a_kept_connection_that_is_reset_by_the_next_request_leaves_its_outcome_unknown(server: HostileServer) -> None:
    url = server.does(answers(b"first"), Talk.reset, answers(b"third"))
    assert ask(url).body == b"first"
    assert unknown(url).settled
    assert len(server.requests) == 2
    assert ask(url).body == b"third"


@pytest.mark.parametrize(
    "bad",
    [hangs_after(OK, b"\r\nHTTP/1.1 200 OK\r\n\r\n"), answers(LARGE), says(b"HTTP/1.1 302 Elsewhere\r\n\r\n", LARGE)],
    ids=["timed out", "too large", "redirect"],
)
def test_what_one_request_left_unread_answers_no_other(server: HostileServer, bad: Act) -> None:
    url = server.does(bad, answers(b"mine"))
    failure(url, SHORT)
    assert ask(url).body == b"mine"


def test_more_than_was_announced_answers_no_other_request(server: HostileServer) -> None:
    forged = OK + b"Content-Length: 6\r\n\r\nforged"

    def act(talk: Talk) -> None:
        talk.say(OK, b"Content-Length: 5\r\n\r\nfirst", forged)
        talk.keep = True

    url = server.does(act, answers(b"second"))
    assert ask(url).body == b"first"
    assert ask(url).body == b"second"


def test_no_cookie_goes_from_one_persons_call_to_anothers(server: HostileServer) -> None:
    url = server.does(answers(b"", b"Set-Cookie: session=of-ana; Path=/"), answers(b""))
    ask(url)
    ask(url)
    assert b"\r\ncookie:" not in server.requests[1].lower()


def test_proxies_and_passwords_of_the_environment_are_not_used(
    server: HostileServer, other_server: HostileServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxy = other_server.does(answers(b"proxy"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy)
        monkeypatch.setenv(name.upper(), proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert ask(server.does(answers(b"direct"))).body == b"direct"
    assert f"Authorization: {BEARER}".encode() in server.requests[0]
    assert other_server.connections == 0


def test_nothing_of_an_exchange_is_logged(server: HostileServer, caplog: pytest.LogCaptureFixture) -> None:
    url = server.does(answers(b"", b"Content-Type: x\r\n " + ANSWERED + b"\r\nno header at all: " + ANSWERED))
    caplog.set_level(logging.WARNING)
    ask(url)
    failure(server.does(Talk.reset))
    assert [secret for secret in SECRET if secret in caplog.text] == []
