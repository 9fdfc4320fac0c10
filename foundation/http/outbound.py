"""One call to the outside: time-outs, a total deadline, a cap on the body, no redirects, and typed errors.

Nothing here retries: the caller knows what may be sent twice.
"""

import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3

from foundation.http.addresses import AddressRefused, origin_of
from foundation.http.errors import BadResponse, ErrorReason, Forbidden, NoResponse, NotSent, OutboundError, Redirected
from foundation.http.exchange import CallTrace, Exchange, Session
from foundation.http.responses import Response
from foundation.http.transactions import release_connections

CHUNK = 1 << 16

logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings quote addresses and responses


@dataclass(frozen=True)
class RequestLimits:
    """How long (seconds) and how large (bytes) an exchange may be; ``total`` bounds all of it, body included.

    A host with several addresses may take the time to connect for each; looking its name up takes what the system's
    resolver allows.
    """

    connect: float = 3.0
    read: float = 10.0
    total: float = 15.0
    body: int = 1 << 20


_shared_session = Session()


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    json: Mapping[str, Any] | None = None,
    limits: RequestLimits,
    trace: CallTrace | None = None,
) -> Response:
    """Send one request and read the whole response; raise ``OutboundError``, or ``CalledInTransaction``.

    The database connections of this thread are given back first, since the call may last. A call with a trace gets a
    connection of its own, so that every stage of it can be seen.
    """
    release_connections()
    try:
        is_trusted = origin_of(url).is_trusted
    except AddressRefused:
        raise Forbidden from None
    with (
        Exchange(limits.total, is_trusted=is_trusted, trace=trace or CallTrace()) as exchange,
        contextlib.nullcontext(_shared_session) if trace is None else Session() as session,
    ):
        options: dict[str, Any] = {"timeout": (limits.connect, limits.read), "allow_redirects": False, "stream": True}
        try:
            with session.request(method, url, headers=headers, json=json, **options) as answered:
                return _read(answered, limits, exchange)
        except requests.exceptions.InvalidURL:
            raise NotSent(ErrorReason.INVALID_ADDRESS) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise _as_outbound_error(error, exchange) from None  # their texts quote addresses, headers and responses


def _as_outbound_error(error: Exception, exchange: Exchange) -> OutboundError:
    if exchange.is_forbidden:
        return Forbidden()
    name = type(error).__name__
    if not exchange.is_sent:
        return NotSent(ErrorReason.NOT_CONNECTED, name)
    if exchange.is_over or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return NoResponse(ErrorReason.TIMED_OUT, name, settled=False)
    return NoResponse(ErrorReason.CUT_OFF, name)


def _read(answered: requests.Response, limits: RequestLimits, exchange: Exchange) -> Response:
    headers = {name.lower(): value for name, value in answered.headers.items()}
    exchange.trace.answered(Response(answered.status_code, headers, b""))
    if 300 <= answered.status_code < 400:
        raise Redirected(answered.status_code, headers.get("location", ""))
    body = bytearray()
    while chunk := answered.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > limits.body:
            raise BadResponse(ErrorReason.TOO_LARGE)
    if exchange.is_over:
        raise NoResponse(ErrorReason.TIMED_OUT, settled=False)
    response = Response(answered.status_code, headers, bytes(body))
    exchange.trace.answered(response)
    return response
