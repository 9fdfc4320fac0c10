"""Guarded HTTP to the outside: time-outs, a total deadline, a cap on the body, no redirects, typed errors.

    OutboundError
    ├── Unreachable   nothing of the request was sent: nothing can have happened
    │   └── Forbidden it must not be: the address is, or leads to, one that is never called
    └── NoAnswer      it was sent, wholly or in part, and what became of it is unknown (time-out, reset, cut off)
        └── BadAnswer an answer came that is none
            ├── Redirected
            └── TooLarge

Nothing here retries: whoever calls knows what may be sent twice. Messages carry no address, header or body.
"""

import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from django.db import connections

from foundation.addresses import AddressRefused, origin_of
from foundation.exchanges import Exchange, Session, Watch

CHUNK = 1 << 16

logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings quote addresses and what was answered


class OutboundError(Exception):
    """No usable answer."""


class Unreachable(OutboundError):
    """Nothing of the request was sent."""


class Forbidden(Unreachable):
    """The address must not be called (``foundation.addresses``)."""


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


class Redirected(BadAnswer):
    """It would have us go on to another address; nobody does."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__("redirect")
        self.status, self.location = status, location


class TooLarge(BadAnswer):
    """Its body is longer than is allowed."""


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


_open_session = Session()


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    json: Mapping[str, Any] | None = None,
    allowance: Allowance,
    watch: Watch | None = None,
) -> Answer:
    """Send one request and read its whole answer; raises ``Unreachable``, ``NoAnswer`` or ``BadAnswer``.

    The database connection of this thread is given back first: an outside call may last long. What is watched has a
    connection of its own, so that all of it can be seen.
    """
    release_connections()
    try:
        is_trusted = origin_of(url).is_trusted
    except AddressRefused:
        raise Forbidden("the address is not allowed") from None
    with (
        Exchange(allowance.total, is_trusted=is_trusted, watch=watch or Watch()) as exchange,
        contextlib.nullcontext(_open_session) if watch is None else Session() as session,
    ):
        try:
            response = session.request(
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


def _outcome(error: Exception, exchange: Exchange) -> OutboundError:
    name = "deadline" if exchange.passed else type(error).__name__
    if exchange.is_forbidden:
        return Forbidden("the address leads where nothing is called")
    if not exchange.sent:
        return Unreachable(name)
    timed_out = exchange.passed or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError)
    return NoAnswer(name, closed=not timed_out)


def _read(response: requests.Response, allowance: Allowance, exchange: Exchange) -> Answer:
    watch = exchange.watch
    watch.status, watch.answered_after = response.status_code, watch.so_far()
    watch.media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()[:80]
    if 300 <= response.status_code < 400:
        raise Redirected(response.status_code, response.headers.get("location", ""))
    body = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > allowance.body:
            raise TooLarge("too large")
    if exchange.passed:
        raise NoAnswer("deadline", closed=False)
    watch.size, watch.answered_after = len(body), watch.so_far()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body))


def release_connections() -> None:
    """Close this thread's database connections outside a transaction, so that waiting holds none.

    Inside a transaction (only ever a test's own) nothing is closed.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
