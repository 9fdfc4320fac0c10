"""Guarded HTTP to the outside: time-outs, a total deadline, a cap on the body, no redirects, typed errors.

    OutboundError
    ├── Unreachable   the request was never sent: nothing can have happened
    └── NoAnswer      it was sent, and what became of it is unknown (time-out, reset, cut off)
        └── BadAnswer an answer came that is none: a redirect, too large

Nothing here retries: whoever calls knows what may be sent twice. Messages carry no address, header or body.
"""

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from django.db import connections
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse

CHUNK = 1 << 16


class OutboundError(Exception):
    """No usable answer."""


class Unreachable(OutboundError):
    """The request was never sent."""


class NoAnswer(OutboundError):
    """The request was sent; whether it had its effect is unknown.

    ``closed`` says that the conversation ended (reset, cut off, nonsense): what the other side has not taken in by
    now, it never will. After a time-out it may still be at work.
    """

    def __init__(self, reason: str, *, closed: bool = True) -> None:
        super().__init__(reason)
        self.closed = closed


class BadAnswer(NoAnswer):
    """What came back is no answer of this contract."""


@dataclass(frozen=True)
class Allowance:
    """How long (seconds) and how large (bytes) an exchange may be; ``total`` bounds all of it, body included."""

    connect: float = 3.0
    read: float = 10.0
    total: float = 15.0
    body: int = 1 << 20


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _Watch(threading.local):
    """The socket of the exchange that this thread waits for, so that its deadline can cut it."""

    sock: socket.socket | None = None
    sent: bool = False


_watch = _Watch()


class _WatchedHTTPConnection(HTTPConnection):
    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        _watch.sent = True

    def getresponse(self) -> BaseHTTPResponse:  # type: ignore[override]  # urllib3 narrows it to its own class
        _Deadline.follow(self.sock)
        return super().getresponse()


class _WatchedHTTPSConnection(HTTPSConnection):
    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        _watch.sent = True

    def getresponse(self) -> BaseHTTPResponse:  # type: ignore[override]  # urllib3 narrows it to its own class
        _Deadline.follow(self.sock)
        return super().getresponse()


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


class _WatchedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}


class _Deadline:
    """Shuts the socket down when the total time is over; a drip of single bytes cannot outlast it."""

    current = threading.local()

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self.sock: socket.socket | None = None
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True

    @classmethod
    def follow(cls, sock: socket.socket | None) -> None:
        deadline = getattr(cls.current, "deadline", None)
        if deadline is not None:
            deadline.sock = sock

    def cut(self) -> None:
        self.passed = True
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                self.sock = None

    def __enter__(self) -> "_Deadline":
        _Deadline.current.deadline = self
        self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        _Deadline.current.deadline = None


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    adapter = _WatchedAdapter(max_retries=0, pool_connections=16, pool_maxsize=32)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers["User-Agent"] = "tramites"
    return session


_open_session = _session()


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    json: Mapping[str, Any] | None = None,
    allowance: Allowance,
) -> Answer:
    """Send one request and read its whole answer; raises ``Unreachable``, ``NoAnswer`` or ``BadAnswer``.

    The database connection of this thread is given back first: an outside call may last long.
    """
    release_connections()
    _watch.sent = False
    with _Deadline(allowance.total) as deadline:
        try:
            response = _open_session.request(
                method,
                url,
                headers=dict(headers),
                json=json,
                timeout=(allowance.connect, allowance.read),
                allow_redirects=False,
                stream=True,
            )
            with response:
                return _read(response, allowance, deadline)
        except requests.exceptions.InvalidURL as error:
            raise Unreachable("the address is not valid") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _outcome(error, deadline) from error


def _outcome(error: Exception, deadline: _Deadline) -> OutboundError:
    name = "deadline" if deadline.passed else type(error).__name__
    if not _watch.sent and not deadline.passed:
        return Unreachable(name)
    timed_out = deadline.passed or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError)
    return NoAnswer(name, closed=not timed_out)


def _read(response: requests.Response, allowance: Allowance, deadline: _Deadline) -> Answer:
    if 300 <= response.status_code < 400:
        raise BadAnswer("redirect")
    body = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > allowance.body:
            raise BadAnswer("too large")
    if deadline.passed:
        raise NoAnswer("deadline", closed=False)
    _refuse_truncated(response, body)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body))


def _refuse_truncated(response: requests.Response, body: bytearray) -> None:
    declared = response.headers.get("Content-Length", "")
    plain = not response.headers.get("Content-Encoding")
    if plain and declared.isdigit() and int(declared) != len(body):
        raise NoAnswer("cut off")


def release_connections() -> None:
    """Close this thread's database connections outside a transaction, so that waiting holds none.

    Inside a transaction (only ever a test's own) nothing is closed.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
