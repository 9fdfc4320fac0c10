"""The HTTP connector (``docs/contracts/connector.yaml``): a token signed for each call, responses read strictly."""

import re
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils import timezone

from accesses.connectors.base import ConnectorReply, ConnectorRequest, Consultation, Pdf, Pending, Problem
from accesses.connectors.consultations import NotAConsultation, read_consultation
from foundation import audit
from foundation.http.errors import BadResponse, ContractViolation, ErrorReason
from foundation.http.exchange import CallTrace
from foundation.http.outbound import RequestLimits, send
from foundation.http.responses import ProblemDetails, Response, printable, seconds
from foundation.signing import sign

ISSUER = "tramites"
TOKEN_SECONDS = 240
LONGEST_STAGE = 120
LONGEST_WAIT = 300.0
LONGEST_ADDRESS = 500
LONGEST_CSV = 128
_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]-~]+")
"""Printable ASCII without quotation marks, angle brackets and backslashes."""
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_FORGOTTEN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@dataclass(frozen=True)
class HttpConnector:
    """A body reached by HTTP; ``trace`` is told how far a call came."""

    trace: CallTrace | None = None

    def run(self, request: ConnectorRequest) -> ConnectorReply:
        body = {"procedure": request.code, "inputs": request.named_inputs}
        return _read(self._call("POST", request, address_of(request.url), body), request)

    def status(self, request: ConnectorRequest, status_url: str) -> ConnectorReply:
        response = self._call("GET", request, status_url, None)
        if response.status in _FORGOTTEN:
            raise BadResponse(ErrorReason.UNKNOWN_WORK)
        return _read(response, request)

    def _call(self, method: str, request: ConnectorRequest, url: str, body: dict[str, Any] | None) -> Response:
        options = request.options
        headers = {
            **options.headers,
            "Authorization": f"Bearer {_token(request)}",
            "Accept": "application/json, application/pdf, application/problem+json",
            "Idempotency-Key": str(request.key),
        }
        limits = RequestLimits(
            connect=3,
            read=options.read_seconds or settings.CONNECTOR_READ_SECONDS,
            total=options.total_seconds or settings.CONNECTOR_TOTAL_SECONDS,
            body=settings.DOCUMENT_MAX_BYTES,
        )
        return send(method, url, headers=headers, json=body, limits=limits, trace=self.trace)


def address_of(url: str) -> str:
    """Return the address of a connector on this installation, from what the catalogue says."""
    return url.replace("{sandbox}", settings.SANDBOX_URL.rstrip("/"), 1)


def _token(request: ConnectorRequest) -> str:
    """Return a JWT that tells the body for whom this call is: for this body, this access and a few minutes only."""
    now = int(timezone.now().timestamp())
    identity = request.identity
    return sign(
        {
            "iss": ISSUER,
            "aud": request.entity,
            "sub": identity.document_number,
            "given_name": identity.given_name,
            "surnames": identity.surnames,
            "level": identity.level,
            "access": str(request.key),
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
    )


def _read(response: Response, request: ConnectorRequest) -> ConnectorReply:
    if response.status == HTTPStatus.OK and response.media_type == "application/pdf":
        return _pdf(response)
    if response.status >= HTTPStatus.BAD_REQUEST:
        return _problem(response)
    content = response.json_object()
    if response.status == HTTPStatus.ACCEPTED:
        return _pending(content, request)
    if response.status != HTTPStatus.OK:
        raise ContractViolation(ErrorReason.UNEXPECTED_STATUS, str(response.status))
    try:
        return Consultation(read_consultation(content))
    except NotAConsultation as error:
        raise ContractViolation(ErrorReason.UNEXPECTED_CONTENT, str(error)) from error


def _pdf(response: Response) -> Pdf:
    url = response.headers.get("x-csv-url", "")
    header = Message()
    header["content-disposition"] = response.headers.get("content-disposition", "")
    return Pdf(
        response.body,
        filename=header.get_filename() or "",
        csv=_csv(response.headers.get("x-csv", "")),
        csv_url=url if _origin(url) else "",
    )


def _csv(header: str) -> str:
    """Return a verification code as it was sent, to be typed at the body's site; ``""`` if it cannot be shown.

    There is no common format: bodies use letters of both cases, digits and punctuation. Headers come as Latin-1; what
    was UTF-8 is read as that.
    """
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode()
    code = header.strip()
    return code if len(code) <= LONGEST_CSV and code.isprintable() else ""


def _origin(url: str) -> tuple[str, str] | None:
    """Return scheme and host of an address that can be written into a page; None for any other text."""
    if len(url) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc.lower()) if parts.netloc else None


def _pending(content: dict[str, Any], request: ConnectorRequest) -> Pending:
    match content:
        case {"status_url": str(status_url)}:
            return Pending(
                _status_address(request, status_url),
                progress=int(seconds(content.get("progress"), longest=99)),
                stage=printable(content.get("stage"), LONGEST_STAGE),
                retry_after=seconds(content.get("retry_after"), otherwise=1.0, longest=LONGEST_WAIT),
            )
    raise ContractViolation(ErrorReason.NO_STATUS_URL)


def _status_address(request: ConnectorRequest, status_url: str) -> str:
    """Return the status address, on the connector's own origin: our token for this body goes nowhere else."""
    base = address_of(request.url)
    try:
        target = urljoin(base, status_url)
    except ValueError as error:
        raise ContractViolation(ErrorReason.INVALID_ADDRESS) from error
    if _origin(target) is None or _origin(target) != _origin(base):
        audit.record_anyway("connector.other_origin", target=f"procedure:{request.code}", once_for=[request.code])
        raise ContractViolation(ErrorReason.FOREIGN_STATUS_URL)
    return target


def _problem(response: Response) -> Problem:
    """Read a refusal, which has to be JSON only where it is final.

    Of those that may pass, only a refusal at the door, and a 503 in the contract's own words, surely did nothing:
    another 5xx may come from a proxy that had handed the request on.
    """
    is_passing = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status in _PASSING
    try:
        content = response.json_object()
    except BadResponse:
        if not is_passing:
            raise
        content = {}
    problem = ProblemDetails.of(content, response.headers)
    at_the_door = response.status in (HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
    away = response.status == HTTPStatus.SERVICE_UNAVAILABLE and response.media_type == "application/problem+json"
    return Problem(
        problem.detail,
        is_passing=is_passing,
        retry_after=min(problem.retry_after, LONGEST_WAIT),
        is_undone=not is_passing or at_the_door or away,
    )
