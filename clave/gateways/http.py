"""The HTTP gateway (``docs/contracts/gateway.yaml``): bearer token, idempotency keys, RFC 9457 problems."""

import json
import logging
from datetime import datetime
from typing import Any

from django.conf import settings

from clave.gateways.base import (
    Contrast,
    NotSent,
    OutcomeUnknown,
    Reason,
    Recorded,
    Refusal,
    SmsSent,
    Verified,
)
from foundation.outbound import Allowance, Answer, NoAnswer, Unreachable, send

logger = logging.getLogger(__name__)

PROBLEM = "urn:tramites:problem:"
MAX_BODY = 64 * 1024
LOOK_UP_SECONDS = 4.0
"""A look at what Cl@ve has recorded is quick or it is put off."""


class HttpGateway:
    """Cl@ve behind ``base_url``."""

    def __init__(self, base_url: str, token: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token

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
        return _any(answer)

    def keys(self) -> dict[str, object]:
        answer = self._send("GET", "/v1/keys", {}, None, _allowance(LOOK_UP_SECONDS))
        content = _object(answer)
        if answer.status != 200 or not isinstance(content.get("keys"), list):
            raise OutcomeUnknown("no keys", settled=True)
        return content

    def _post(self, path: str, key: str, body: dict[str, Any]) -> Answer:
        return self._send("POST", path, {"Idempotency-Key": key}, body, _allowance(settings.CLAVE_TOTAL_SECONDS))

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None, allowance: Allowance
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        try:
            return send(method, self.base_url + path, headers=headers, json=body, allowance=allowance)
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
            after = rest.get("resend_after")
            if request_id and request_id.isascii() and len(request_id) <= 64 and "/" not in request_id:
                return SmsSent(request_id, ending[-2:], _moment(expires), after if isinstance(after, int) else 0)
    raise OutcomeUnknown("not an SMS request", settled=True)


def _verification(answer: Answer) -> Verified | Refusal:
    content = _object(answer)
    if answer.status != 200:
        return _refusal(answer, content)
    match content:
        case {"assertion": str(assertion)}:
            return Verified(assertion)
    raise OutcomeUnknown("not a verification", settled=True)


def _any(answer: Answer) -> Recorded:
    return _sms(answer) if answer.status == 201 else _verification(answer)


def _object(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; anything else tells nothing about the outcome."""
    if answer.media_type in ("application/json", "application/problem+json"):
        try:
            content = json.loads(answer.body)
        except ValueError as error:
            raise OutcomeUnknown("not JSON", settled=True) from error
        if isinstance(content, dict):
            return content
    raise OutcomeUnknown("not JSON", settled=True)


def _refusal(answer: Answer, content: dict[str, Any]) -> Refusal:
    name = str(content.get("type", "")).removeprefix(PROBLEM)
    if name in set(Reason):
        return Refusal(Reason(name), _until(content), _seconds(content))
    if answer.status == 429:
        return Refusal(Reason.RATE_LIMITED, retry_after=_seconds(content))
    if answer.status >= 500:
        raise OutcomeUnknown(f"status {answer.status}", settled=True)
    logger.error("Cl@ve refused a request of ours with status %s", answer.status)
    return Refusal(Reason.UNAVAILABLE)


def _until(content: dict[str, Any]) -> datetime | None:
    until = content.get("until")
    return _moment(until) if isinstance(until, str) else None


def _seconds(content: dict[str, Any]) -> int:
    seconds = content.get("retry_after")
    return min(max(int(seconds), 0), 24 * 3600) if isinstance(seconds, int | float) else 0


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise OutcomeUnknown("not a moment", settled=True) from error
    if moment.tzinfo is None:
        raise OutcomeUnknown("a moment without its zone", settled=True)
    return moment
