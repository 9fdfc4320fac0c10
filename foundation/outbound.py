"""Guarded HTTP to the outside: time-outs, a total deadline, a cap on the body, no redirects, typed errors.

    OutboundError
    ├── Unreachable   nothing of the request was sent: nothing can have happened
    └── NoAnswer      it was sent, wholly or in part, and what became of it is unknown (time-out, reset, cut off)
        └── BadAnswer an answer came that is none: a redirect, too large

Nothing here retries: whoever calls knows what may be sent twice. Messages carry no address, header or body.
"""

import contextlib
import logging
import math
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from django.db import connections
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CHUNK = 1 << 16

logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings quote addresses and what was answered


class OutboundError(Exception):
    """No usable answer."""


class Unreachable(OutboundError):
    """Nothing of the request was sent."""


class NoAnswer(OutboundError):
    """The request was sent, at least in part; whether it had its effect is unknown.

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
    """How long (seconds) and how large (bytes) an exchange may be; ``total`` bounds all of it, body included.

    A host with several addresses may take the time to connect for each; looking its name up takes what the system's
    resolver allows.
    """

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


class _Exchange:
    """One request and its answer: whether anything of it was sent, and the socket to cut when its time is over.

    Shutting the socket down wakes whoever waits for it: a drip of single bytes cannot outlast it.
    """

    of_thread = threading.local()

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.sent = False
        self.passed = False
        self.sock: socket.socket | None = None
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True

    @classmethod
    def current(cls) -> "_Exchange":
        exchange: _Exchange = cls.of_thread.exchange
        return exchange

    def at_most(self, seconds: float) -> float:
        """So long, or as long as is left; never nothing, which would mean not to wait at all."""
        return max(min(seconds, self.end - time.monotonic()), 0.001)

    def send_by(self, sock: socket.socket | None) -> None:
        """From now on the other side may act; too late, and there is nothing to be sent by any more."""
        self.sock = sock
        self.sent = True
        if self.passed:
            self.cut()

    def cut(self) -> None:
        self.passed = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def __enter__(self) -> "_Exchange":
        _Exchange.of_thread.exchange = self
        self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        _Exchange.of_thread.exchange = None


class _WatchedHTTPConnection(HTTPConnection):
    """Connects, a TLS handshake included, in the time that is left, and says when it begins to send."""

    def _new_conn(self) -> socket.socket:
        exchange = _Exchange.current()
        seconds = self.timeout or math.inf
        self.timeout = exchange.at_most(seconds)
        sock = super()._new_conn()
        sock.settimeout(exchange.at_most(seconds))
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _Exchange.current().send_by(self.sock)
        super().send(data)


class _WatchedHTTPSConnection(_WatchedHTTPConnection, HTTPSConnection):
    pass


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


class _WatchedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}


class _Session(requests.Session):
    """Keeps connections and nothing else from one exchange to the next: no cookie of one person's call."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _WatchedAdapter(max_retries=0, pool_connections=16, pool_maxsize=32)
        self.mount("http://", adapter)
        self.mount("https://", adapter)
        self.headers["User-Agent"] = "tramites"

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: to look, requests would read the whole body, whatever its size."""


_open_session = _Session()


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
    with _Exchange(allowance.total) as exchange:
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
                return _read(response, allowance, exchange)
        except requests.exceptions.InvalidURL:
            raise Unreachable("the address is not valid") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise _outcome(error, exchange) from None  # their texts quote addresses, headers and answers


def _outcome(error: Exception, exchange: _Exchange) -> OutboundError:
    name = "deadline" if exchange.passed else type(error).__name__
    if not exchange.sent:
        return Unreachable(name)
    timed_out = exchange.passed or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError)
    return NoAnswer(name, closed=not timed_out)


def _read(response: requests.Response, allowance: Allowance, exchange: _Exchange) -> Answer:
    if 300 <= response.status_code < 400:
        raise BadAnswer("redirect")
    body = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > allowance.body:
            raise BadAnswer("too large")
    if exchange.passed:
        raise NoAnswer("deadline", closed=False)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body))


def release_connections() -> None:
    """Close this thread's database connections outside a transaction, so that waiting holds none.

    Inside a transaction (only ever a test's own) nothing is closed.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
