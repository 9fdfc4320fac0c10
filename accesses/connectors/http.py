"""The HTTP connector (``docs/contracts/connector.yaml``): a signed token for each call, strict reading of answers."""

import json
import math
import re
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils import timezone

from accesses.connectors.base import Consultation, NotSent, Order, OutcomeUnknown, Pdf, Pending, Problem, Reply
from accesses.connectors.consultations import NotAConsultation, read_consultation, readable
from foundation import audit
from foundation.exchanges import Watch
from foundation.outbound import Allowance, Answer, NoAnswer, Unreachable, send
from foundation.signing import sign

ISSUER = "tramites"
TOKEN_SECONDS = 240
LONGEST_DETAIL = 500
LONGEST_WAIT = 300.0
LONGEST_ADDRESS = 500
_CSV = re.compile(r"[A-Za-z0-9-]{4,64}")
_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]-~]+")
"""What may be an address: printable ASCII without quotation marks, angles and backslashes."""
_JSON = ("application/json", "application/problem+json")
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_FORGOTTEN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@dataclass(frozen=True)
class HttpConnector:
    """A body reached by HTTP; ``watch`` sees how far a call comes."""

    watch: Watch | None = None

    def run(self, order: Order) -> Reply:
        body = {"procedure": f"{order.entity}/{order.procedure}", "inputs": order.named_inputs}
        return _read(self._call("POST", order, address_of(order.url), body), order)

    def status(self, order: Order, status_url: str) -> Reply:
        answer = self._call("GET", order, status_url, None)
        if answer.status in _FORGOTTEN:
            raise OutcomeUnknown("the body knows no such work")
        return _read(answer, order)

    def _call(self, method: str, order: Order, url: str, body: dict[str, Any] | None) -> Answer:
        manner = order.manner
        headers = {
            **manner.headers,
            "Authorization": f"Bearer {_token(order)}",
            "Accept": "application/json, application/pdf, application/problem+json",
            "Idempotency-Key": str(order.key),
        }
        allowance = Allowance(
            connect=3,
            read=manner.read_seconds or settings.CONNECTOR_READ_SECONDS,
            total=manner.total_seconds or settings.CONNECTOR_TOTAL_SECONDS,
            body=settings.DOCUMENT_MAX_BYTES,
        )
        try:
            return send(method, url, headers=headers, json=body, allowance=allowance, watch=self.watch)
        except Unreachable as error:
            raise NotSent(str(error)) from error
        except NoAnswer as error:
            raise OutcomeUnknown(str(error)) from error


def address_of(url: str) -> str:
    """The address of a connector, as the catalogue writes it, on this installation."""
    return url.replace("{sandbox}", settings.SANDBOX_URL.rstrip("/"), 1)


def _token(order: Order) -> str:
    """What tells the body for whom this call is; for this body, this access and a few minutes only."""
    now = int(timezone.now().timestamp())
    identity = order.identity
    return sign(
        {
            "iss": ISSUER,
            "aud": order.entity,
            "sub": identity.document_number,
            "given_name": identity.given_name,
            "surnames": identity.surnames,
            "level": identity.level,
            "access": str(order.key),
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
    )


def _read(answer: Answer, order: Order) -> Reply:
    if answer.status == HTTPStatus.OK and answer.media_type == "application/pdf":
        return _pdf(answer)
    content = _object(answer)
    if answer.status == HTTPStatus.OK:
        try:
            return Consultation(read_consultation(content))
        except NotAConsultation as error:
            raise OutcomeUnknown("not a consultation") from error
    if answer.status == HTTPStatus.ACCEPTED:
        return _pending(content, order)
    if answer.status < HTTPStatus.BAD_REQUEST:
        raise OutcomeUnknown("not a status of the contract")
    return _problem(answer, content)


def _object(answer: Answer) -> dict[str, Any]:
    if answer.media_type in _JSON:
        try:
            content = json.loads(answer.body, parse_constant=_no_number, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise OutcomeUnknown("not JSON") from error
        if isinstance(content, dict):
            return content
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _PASSING:
        return {}
    raise OutcomeUnknown("not JSON")


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _pdf(answer: Answer) -> Pdf:
    csv, url = answer.headers.get("x-csv", ""), answer.headers.get("x-csv-url", "")
    header = Message()
    header["content-disposition"] = answer.headers.get("content-disposition", "")
    return Pdf(
        answer.body,
        filename=header.get_filename() or "",
        csv=csv if _CSV.fullmatch(csv) else "",
        csv_url=url if _origin(url) else "",
    )


def _origin(url: str) -> tuple[str, str] | None:
    """Scheme and host of an address; None when it is none."""
    if len(url) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc.lower()) if parts.netloc else None


def _pending(content: dict[str, Any], order: Order) -> Pending:
    match content:
        case {"status_url": str(status_url)}:
            target = _joined(order, status_url)
            progress = content.get("progress")
            return Pending(
                target,
                progress=min(max(int(progress), 0), 99) if isinstance(progress, int | float) else 0,
                stage=_plain(content.get("stage"), 120),
                retry_after=_seconds(content.get("retry_after"), 1.0),
            )
    raise OutcomeUnknown("not a status")


def _joined(order: Order, status_url: str) -> str:
    """The status address, on the connector's own origin: our token for this body goes nowhere else."""
    base = address_of(order.url)
    try:
        target = urljoin(base, status_url)
    except ValueError as error:
        raise OutcomeUnknown("not an address") from error
    if _origin(target) is None or _origin(target) != _origin(base):
        code = f"{order.entity}/{order.procedure}"
        audit.record_anyway("connector.other_origin", target=f"procedure:{code}", once_for=[code])
        raise OutcomeUnknown("status of another origin")
    return target


def _problem(answer: Answer, content: dict[str, Any]) -> Problem:
    """A no. Of what may pass, only who refuses at the door, or says in the contract's words that it is away, has surely
    not done it: another 5xx may come from a proxy that had handed the request on."""
    at_the_door = answer.status in (HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
    away = answer.status == HTTPStatus.SERVICE_UNAVAILABLE and answer.media_type == "application/problem+json"
    passing = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _PASSING
    return Problem(
        _plain(content.get("detail"), LONGEST_DETAIL),
        is_passing=passing,
        retry_after=_seconds(content.get("retry_after", answer.headers.get("retry-after")), 0.0),
        is_undone=not passing or at_the_door or away,
    )


def _plain(value: Any, longest: int) -> str:
    return readable(value)[:longest].strip() if isinstance(value, str) else ""


def _seconds(value: Any, otherwise: float) -> float:
    try:
        seconds = float(value)
    except OverflowError:
        return LONGEST_WAIT
    except (TypeError, ValueError):
        return otherwise
    return min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else otherwise
