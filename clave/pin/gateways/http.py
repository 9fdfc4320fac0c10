"""The HTTP gateway (``docs/contracts/gateway.yaml``): bearer token, idempotency keys, RFC 9457 problems."""

import logging
import re
from http import HTTPStatus
from typing import Any

from django.conf import settings

from clave.pin.gateways.base import Contrast, Reason, Recorded, Refusal, SmsSent, Verified
from foundation.http.errors import BadResponse, ContractViolation, ErrorReason, NotSent
from foundation.http.exchange import CallTrace
from foundation.http.outbound import RequestLimits, send
from foundation.http.responses import ProblemDetails, Response, moment, seconds

logger = logging.getLogger(__name__)

PROBLEM = "urn:tramites:problem:"
MAX_BODY = 64 * 1024
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:@+=-]{0,63}")
"""Restricted because it becomes part of a URL path: it must not be able to point elsewhere."""
PHONE_ENDING = re.compile(r"[0-9]{2}")
LOOKUP_SECONDS = 4.0
"""Total timeout for lookups, shorter than for operations: they can be retried later."""


class HttpGateway:
    """Cl@ve at ``base_url`` (if empty, nothing is ever sent); ``trace`` records how far each call got."""

    def __init__(self, base_url: str, token: str, trace: CallTrace | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.trace = trace

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
        response = self._get(f"/v1/operations/{key}")
        if response.status == HTTPStatus.NOT_FOUND:
            return None
        recorded = _sms(response) if response.status == HTTPStatus.CREATED else _verification(response)
        if isinstance(recorded, Refusal) and recorded.reason in (Reason.UNAVAILABLE, Reason.RATE_LIMITED):
            raise BadResponse(ErrorReason.UNEXPECTED_STATUS, "the record cannot be read now")
        return recorded

    def keys(self) -> dict[str, object]:
        response = self._get("/v1/keys")
        content = response.json_object()
        if response.status != HTTPStatus.OK or not isinstance(content.get("keys"), list):
            raise ContractViolation(ErrorReason.NO_KEYS)
        return content

    def _get(self, path: str) -> Response:
        return self._send("GET", path, LOOKUP_SECONDS)

    def _post(self, path: str, key: str, body: dict[str, Any]) -> Response:
        return self._send("POST", path, settings.CLAVE_TOTAL_SECONDS, body, {"Idempotency-Key": key})

    def _send(
        self,
        method: str,
        path: str,
        total: float,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        if not self.base_url:
            raise NotSent(ErrorReason.NOT_CONFIGURED)
        limits = RequestLimits(connect=2, read=min(settings.CLAVE_READ_SECONDS, total), total=total, body=MAX_BODY)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **(headers or {})}
        return send(method, self.base_url + path, headers=headers, json=body, limits=limits, trace=self.trace)


def _sms(response: Response) -> SmsSent | Refusal:
    content = response.json_object()
    if response.status != HTTPStatus.CREATED:
        return _refusal(response, content)
    match content:
        case {"request_id": str(request_id), "phone_ending": str(ending), "expires_at": str(expires), **rest}:
            until = moment(expires)
            if REQUEST_ID.fullmatch(request_id) and PHONE_ENDING.fullmatch(ending) and until:
                return SmsSent(request_id, ending, until, int(seconds(rest.get("resend_after"))))
    raise ContractViolation(ErrorReason.UNEXPECTED_CONTENT, "not an SMS request")


def _verification(response: Response) -> Verified | Refusal:
    content = response.json_object()
    if response.status != HTTPStatus.OK:
        return _refusal(response, content)
    match content:
        case {"assertion": str(assertion)}:
            return Verified(assertion)
    raise ContractViolation(ErrorReason.UNEXPECTED_CONTENT, "not a verification")


def _refusal(response: Response, content: dict[str, Any]) -> Refusal:
    problem = ProblemDetails.of(content)
    name, wait = problem.type.removeprefix(PROBLEM), int(problem.retry_after)
    if name in set(Reason):
        return Refusal(Reason(name), problem.until, wait)
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Refusal(Reason.RATE_LIMITED, retry_after=wait)
    detail = f"status {response.status}"
    if response.status < HTTPStatus.BAD_REQUEST:
        raise ContractViolation(ErrorReason.UNEXPECTED_STATUS, detail)
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise BadResponse(ErrorReason.UNEXPECTED_STATUS, detail)
    logger.error("Cl@ve refused one of our requests with %s", detail)
    return Refusal(Reason.UNAVAILABLE)
