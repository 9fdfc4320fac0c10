"""The HTTP connector (``docs/contracts/connector.yaml``): a signed token for each call, strict reading of answers."""

import json
import re
from email.message import Message
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils import timezone

from foundation.outbound import Allowance, Answer, NoAnswer, Unreachable, send
from foundation.signing import sign
from procedures.connectors.base import (
    Consultation,
    NotSent,
    Order,
    OutcomeUnknown,
    Pdf,
    Pending,
    Problem,
    Reply,
)
from procedures.connectors.consultations import NotAConsultation, read_consultation

ISSUER = "tramites"
TOKEN_SECONDS = 240
LONGEST_DETAIL = 500
LONGEST_WAIT = 300.0
_CSV = re.compile(r"[A-Za-z0-9-]{4,64}")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")


class HttpConnector:
    """A body reached by HTTP."""

    def run(self, order: Order) -> Reply:
        body = {"procedure": f"{order.entity}/{order.procedure}", "inputs": dict(order.inputs)}
        return _read(_call("POST", order, _address(order.url), body), order)

    def status(self, order: Order, status_url: str) -> Reply:
        return _read(_call("GET", order, status_url, None), order)


def _address(url: str) -> str:
    return url.replace("{sandbox}", settings.SANDBOX_URL.rstrip("/"), 1)


def _call(method: str, order: Order, url: str, body: dict[str, Any] | None) -> Answer:
    headers = {
        "Authorization": f"Bearer {_token(order)}",
        "Accept": "application/json, application/pdf, application/problem+json",
        "Idempotency-Key": str(order.key),
    }
    allowance = Allowance(
        connect=3,
        read=settings.CONNECTOR_READ_SECONDS,
        total=settings.CONNECTOR_TOTAL_SECONDS,
        body=settings.DOCUMENT_MAX_BYTES,
    )
    try:
        return send(method, url, headers=headers, json=body, allowance=allowance)
    except Unreachable as error:
        raise NotSent(str(error)) from error
    except NoAnswer as error:
        raise OutcomeUnknown(str(error)) from error


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
    if answer.status == 200 and answer.media_type == "application/pdf":
        return _pdf(answer)
    content = _object(answer)
    if answer.status == 200:
        try:
            return Consultation(read_consultation(content))
        except NotAConsultation as error:
            raise OutcomeUnknown("not a consultation") from error
    if answer.status == 202:
        return _pending(content, order)
    return _problem(answer, content)


def _object(answer: Answer) -> dict[str, Any]:
    if answer.media_type in ("application/json", "application/problem+json"):
        try:
            content = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise OutcomeUnknown("not JSON") from error
        if isinstance(content, dict):
            return content
    if answer.status >= 500 or answer.status == 429:
        return {}
    raise OutcomeUnknown("not JSON")


def _pdf(answer: Answer) -> Pdf:
    csv, url = answer.headers.get("x-csv", ""), answer.headers.get("x-csv-url", "")
    header = Message()
    header["content-disposition"] = answer.headers.get("content-disposition", "")
    return Pdf(
        answer.body,
        filename=header.get_filename() or "",
        csv=csv if _CSV.fullmatch(csv) else "",
        csv_url=url if urlsplit(url).scheme in ("http", "https") and len(url) <= 500 else "",
    )


def _pending(content: dict[str, Any], order: Order) -> Pending:
    match content:
        case {"status_url": str(status_url)}:
            base = _address(order.url)
            target = urljoin(base, status_url)
            if urlsplit(target)[:2] != urlsplit(base)[:2] or len(target) > 500:
                raise OutcomeUnknown("status of another origin")
            progress = content.get("progress")
            return Pending(
                target,
                progress=min(max(int(progress), 0), 99) if isinstance(progress, int | float) else 0,
                stage=_plain(content.get("stage"), 120),
                retry_after=_seconds(content.get("retry_after"), 1.0),
            )
    raise OutcomeUnknown("not a status")


def _problem(answer: Answer, content: dict[str, Any]) -> Problem:
    passing = answer.status >= 500 or answer.status in (408, 425, 429)
    wait = _seconds(content.get("retry_after", answer.headers.get("retry-after")), 0.0)
    return Problem(_plain(content.get("detail"), LONGEST_DETAIL), passing, wait)


def _plain(value: Any, longest: int) -> str:
    return _INVISIBLE.sub(" ", value)[:longest].strip() if isinstance(value, str) else ""


def _seconds(value: Any, otherwise: float) -> float:
    try:
        return min(max(float(value), 0.0), LONGEST_WAIT)
    except (TypeError, ValueError):
        return otherwise
