"""One exchange with the outside: its connection, its deadline, and how far it came.

A connection is made within the time that is left, its peer is checked before anything is sent, and its socket is shut
down when the time is over.
"""

import contextlib
import math
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from foundation.http.addresses import may_connect
from foundation.http.responses import Response


@dataclass
class CallTrace:
    """How far a call came. What it did not come to is empty; ``…_after`` are seconds since it began."""

    began: float = field(default_factory=time.monotonic)
    peer: str = ""
    connected_after: float = 0
    tls: str = ""
    tls_after: float = 0
    sent_after: float = 0
    status: int = 0
    media_type: str = ""
    size: int = 0
    answered_after: float = 0

    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def answered(self, response: Response) -> None:
        self.status, self.media_type = response.status, response.media_type[:80]
        self.size, self.answered_after = len(response.body), self.elapsed()


class Exchange:
    """One request and its response: whether anything was sent, and the socket to cut when the time is over.

    Shutting the socket down wakes whoever waits on it: a drip of single bytes cannot outlast it.
    """

    _of_thread = threading.local()

    def __init__(self, seconds: float, *, is_trusted: bool, trace: CallTrace) -> None:
        self.is_trusted = is_trusted
        self.trace = trace
        self.end = time.monotonic() + seconds
        self.is_sent = False
        self.is_over = False
        self.is_forbidden = False
        self.sock: socket.socket | None = None
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True

    @classmethod
    def current(cls) -> "Exchange":
        exchange: Exchange = cls._of_thread.exchange
        return exchange

    def at_most(self, seconds: float) -> float:
        """Return so many seconds, or those that are left; never 0, which would mean not to wait at all."""
        return max(min(seconds, self.end - time.monotonic()), 0.001)

    def begin_sending(self, sock: socket.socket | None) -> None:
        """Note that from now on the other side may act; when the time is already over, close the way to it."""
        self.sock = sock
        self.trace.sent_after = self.trace.sent_after or self.trace.elapsed()
        self.is_sent = True
        if self.is_over:
            self.cut()

    def cut(self) -> None:
        self.is_over = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def __enter__(self) -> "Exchange":
        Exchange._of_thread.exchange = self
        self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        Exchange._of_thread.exchange = None


class _GuardedHTTPConnection(HTTPConnection):
    """Connects, TLS handshake included, within the time that is left, and tells the exchange when it begins to send."""

    def _new_conn(self) -> socket.socket:
        exchange = Exchange.current()
        seconds = self.timeout or math.inf
        self.timeout = exchange.at_most(seconds)
        sock = super()._new_conn()
        _check_peer(sock, exchange)
        sock.settimeout(exchange.at_most(seconds))
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        Exchange.current().begin_sending(self.sock)
        super().send(data)


class _GuardedHTTPSConnection(_GuardedHTTPConnection, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        trace = Exchange.current().trace
        if isinstance(self.sock, ssl.SSLSocket):
            trace.tls, trace.tls_after = self.sock.version() or "", trace.elapsed()


def _check_peer(sock: socket.socket, exchange: Exchange) -> None:
    """Close a connection to a peer that may not be called: the name may have been made to lead there just now."""
    peer = str(sock.getpeername()[0])
    if not exchange.is_trusted and not may_connect(ip_address(peer.partition("%")[0])):
        sock.close()
        exchange.is_forbidden = True
        raise OSError("forbidden")
    exchange.trace.peer, exchange.trace.connected_after = peer, exchange.trace.elapsed()


class _GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTPConnection


class _GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPSConnection


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _GuardedHTTPPool, "https": _GuardedHTTPSPool}


class Session(requests.Session):
    """Keeps connections from one exchange to the next, and nothing else: no cookie of one person's call."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _GuardedAdapter(max_retries=0, pool_connections=16, pool_maxsize=32)
        self.mount("http://", adapter)
        self.mount("https://", adapter)
        self.headers["User-Agent"] = "tramites"

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find none: to look for one, requests would read the whole body, whatever its size."""
