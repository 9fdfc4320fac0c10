"""The HTTP gateway (``docs/contracts/gateway.yaml``): bearer token, idempotency keys, RFC 9457 problems."""

import json
import logging
import math
import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from clave.gateways.base import (
    Contrast,
    NotOfTheContract,
    NotSent,
    OutcomeUnknown,
    Reason,
    Recorded,
    Refusal,
    SmsSent,
    Verified,
)
from foundation.exchanges import Watch
from foundation.outbound import Allowance, Answer, NoAnswer, Unreachable, send

logger = logging.getLogger(__name__)

PROBLEM = "urn:tramites:problem:"
MAX_BODY = 64 * 1024
MOST_SECONDS = 24 * 3600
"""What Cl@ve asks us to wait is believed up to a day."""
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:@+=-]{0,63}")
"""It becomes part of an address: nothing that could lead elsewhere."""
PHONE_ENDING = re.compile(r"[0-9]{2}")
LOOK_UP_SECONDS = 4.0
"""A look at what Cl@ve has recorded is quick or it is put off."""


class HttpGateway:
    """Cl@ve behind ``base_url``; ``watch`` sees how far a call comes."""

    def __init__(self, base_url: str, token: str, watch: Watch | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.watch = watch

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> SmsSent | Refusal:
        body = {
            "document_number": document_number,
            "contrast": {"kind": contrast.kind, "value": contrast.value},
            "code": code,
        }
        return _sms(self._post("/v1/sms-requests", key, body))

    def resend_sms(self, key: str, *, request_id: str) -> SmsSent | Refusal:
        return _sms(self._post(f"/v1/sms-requests/{request_id}/resends", key, {}))

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> Verified | Refusal:
        body = {"method": "sms", "request_id": request_id, "pin": pin, "purpose": purpose}
        return _verification(self._post("/v1/verifications", key, body))

    def verify_app(self, key: str, *, document_number: str, code: str, pin: str, purpose: str) -> Verified | Refusal:
        body = {"method": "pin_app", "document_number": document_number, "code": code, "pin": pin, "purpose": purpose}
        return _verification(self._post("/v1/verifications", key, body))

    def recorded(self, key: str) -> Recorded | None:
        answer = self._send("GET", f"/v1/operations/{key}", {}, None, _allowance(LOOK_UP_SECONDS))
        if answer.status == 404:
            return None
        recorded = _sms(answer) if answer.status == 201 else _verification(answer)
        if isinstance(recorded, Refusal) and recorded.reason in (Reason.UNAVAILABLE, Reason.RATE_LIMITED):
            raise OutcomeUnknown("the record cannot be read now", settled=True)
        return recorded

    def keys(self) -> dict[str, object]:
        answer = self._send("GET", "/v1/keys", {}, None, _allowance(LOOK_UP_SECONDS))
        content = _object(answer)
        if answer.status != 200 or not isinstance(content.get("keys"), list):
            raise NotOfTheContract("no keys")
        return content

    def _post(self, path: str, key: str, body: dict[str, Any]) -> Answer:
        return self._send("POST", path, {"Idempotency-Key": key}, body, _allowance(settings.CLAVE_TOTAL_SECONDS))

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None, allowance: Allowance
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        try:
            url = self.base_url + path
            return send(method, url, headers=headers, json=body, allowance=allowance, watch=self.watch)
        except Unreachable as error:
            raise NotSent(str(error)) from error
        except NoAnswer as error:
            raise OutcomeUnknown(str(error), settled=error.closed) from error


def _allowance(total: float) -> Allowance:
    return Allowance(connect=2, read=min(settings.CLAVE_READ_SECONDS, total), total=total, body=MAX_BODY)


def _sms(answer: Answer) -> SmsSent | Refusal:
    content = _object(answer)
    if answer.status != 201:
        return _refusal(answer, content)
    match content:
        case {"request_id": str(request_id), "phone_ending": str(ending), "expires_at": str(expires), **rest}:
            moment = _moment(expires)
            if REQUEST_ID.fullmatch(request_id) and PHONE_ENDING.fullmatch(ending) and moment:
                return SmsSent(request_id, ending, moment, _seconds(rest.get("resend_after")))
    raise NotOfTheContract("not an SMS request")


def _verification(answer: Answer) -> Verified | Refusal:
    content = _object(answer)
    if answer.status != 200:
        return _refusal(answer, content)
    match content:
        case {"assertion": str(assertion)}:
            return Verified(assertion)
    raise NotOfTheContract("not a verification")


def _object(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; anything else tells nothing about the outcome."""
    if answer.media_type in ("application/json", "application/problem+json"):
        try:
            content = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise OutcomeUnknown("not JSON", settled=True) from error
        if isinstance(content, dict):
            return content
    raise OutcomeUnknown("not JSON", settled=True)


def _refusal(answer: Answer, content: dict[str, Any]) -> Refusal:
    name = str(content.get("type", "")).removeprefix(PROBLEM)
    if name in set(Reason):
        return Refusal(Reason(name), _moment(content.get("until")), _seconds(content.get("retry_after")))
    if answer.status == 429:
        return Refusal(Reason.RATE_LIMITED, retry_after=_seconds(content.get("retry_after")))
    if answer.status < 400:
        raise NotOfTheContract(f"status {answer.status}")
    if answer.status >= 500:
        raise OutcomeUnknown(f"status {answer.status}", settled=True)
    logger.error("Cl@ve refused a request of ours with status %s", answer.status)
    return Refusal(Reason.UNAVAILABLE)


def _seconds(said: object) -> int:
    """A number of seconds that can be added to a moment; 0 for anything else."""
    if not isinstance(said, int | float) or (isinstance(said, float) and not math.isfinite(said)):
        return 0
    return int(min(max(said, 0), MOST_SECONDS))


def _moment(said: object) -> datetime | None:
    """A moment with its zone, in UTC; None for anything else, and for the edges of the calendar."""
    try:
        moment = datetime.fromisoformat(said if isinstance(said, str) else "")
        return moment.astimezone(UTC) if moment.tzinfo and 2000 <= moment.year < 9000 else None
    except (ValueError, OverflowError):
        return None
