"""One exchange with the outside: its connection, its deadline, and how far it came.

A connection is watched: it is made in the time that is left, its peer is looked at before anything is sent, and its
socket is cut when the exchange's time is over.
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

from foundation.addresses import may_connect


@dataclass
class Watch:
    """How far an exchange came, for who wants to see it: each is empty until it was so. Seconds since its begin."""

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

    def so_far(self) -> float:
        return time.monotonic() - self.began


class Exchange:
    """One request and its answer: whether anything of it was sent, and the socket to cut when its time is over.

    Shutting the socket down wakes whoever waits for it: a drip of single bytes cannot outlast it.
    """

    of_thread = threading.local()

    def __init__(self, seconds: float, *, is_trusted: bool, watch: Watch) -> None:
        self.is_trusted = is_trusted
        self.watch = watch
        self.end = time.monotonic() + seconds
        self.sent = False
        self.passed = False
        self.is_forbidden = False
        self.sock: socket.socket | None = None
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True

    @classmethod
    def current(cls) -> "Exchange":
        exchange: Exchange = cls.of_thread.exchange
        return exchange

    def at_most(self, seconds: float) -> float:
        """So long, or as long as is left; never nothing, which would mean not to wait at all."""
        return max(min(seconds, self.end - time.monotonic()), 0.001)

    def send_by(self, sock: socket.socket | None) -> None:
        """From now on the other side may act; too late, and there is nothing to be sent by any more."""
        self.sock = sock
        self.watch.sent_after = self.watch.sent_after or self.watch.so_far()
        self.sent = True
        if self.passed:
            self.cut()

    def cut(self) -> None:
        self.passed = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def __enter__(self) -> "Exchange":
        Exchange.of_thread.exchange = self
        self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        Exchange.of_thread.exchange = None


class _WatchedHTTPConnection(HTTPConnection):
    """Connects, a TLS handshake included, in the time that is left, and says when it begins to send."""

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
        Exchange.current().send_by(self.sock)
        super().send(data)


class _WatchedHTTPSConnection(_WatchedHTTPConnection, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        watch = Exchange.current().watch
        if isinstance(self.sock, ssl.SSLSocket):
            watch.tls, watch.tls_after = self.sock.version() or "", watch.so_far()


def _check_peer(sock: socket.socket, exchange: Exchange) -> None:
    """Close what is connected to where nothing may be sent: the name may have been made to lead there just now."""
    peer = str(sock.getpeername()[0])
    if not exchange.is_trusted and not may_connect(ip_address(peer.partition("%")[0])):
        sock.close()
        exchange.is_forbidden = True
        raise OSError("forbidden")
    exchange.watch.peer, exchange.watch.connected_after = peer, exchange.watch.so_far()


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


class _WatchedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}


class Session(requests.Session):
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
