"""The interface to Cl@ve, independent of the transport.

A refusal (wrong PIN, block) is a result. Only the lack of a usable response is an exception, from
``foundation.http.errors``: after ``NotSent`` nothing can have happened; after ``NoResponse`` something may have, and
``recorded(key)`` tells; after its subclass ``ContractViolation`` Cl@ve has answered, and asking again changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Reason(StrEnum):
    """Why Cl@ve refused: the problem types in ``docs/contracts/gateway.yaml``; the last one covers any other."""

    WRONG_PIN = "wrong-pin"
    EXPIRED = "expired"
    CONTRAST_MISMATCH = "contrast-mismatch"
    NOT_REGISTERED = "not-registered"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Refusal:
    """A refusal by Cl@ve; ``until`` is when a block ends and ``retry_after`` is in seconds, if Cl@ve gives them."""

    reason: Reason
    until: datetime | None = None
    retry_after: int = 0


@dataclass(frozen=True)
class SmsSent:
    """A PIN sent by SMS; ``phone_ending`` is the phone's last two digits, ``resend_after`` is in seconds."""

    request_id: str
    phone_ending: str
    expires_at: datetime
    resend_after: int


@dataclass(frozen=True)
class Verified:
    """A confirmation by Cl@ve; the assertion (a JWT) has yet to be verified."""

    assertion: str


@dataclass(frozen=True)
class Contrast:
    """The datum that shows possession of the document; ``value`` is an ISO 8601 date or like ``E00000000``."""

    kind: str
    value: str


Recorded = SmsSent | Verified | Refusal


class Gateway(Protocol):
    """Operations take an idempotency key first; every call may raise ``NotSent`` or ``NoResponse``."""

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> SmsSent | Refusal: ...

    def resend_sms(self, key: str, *, request_id: str) -> SmsSent | Refusal: ...

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> Verified | Refusal: ...

    def verify_app(
        self, key: str, *, document_number: str, code: str, pin: str, purpose: str
    ) -> Verified | Refusal: ...

    def recorded(self, key: str) -> Recorded | None:
        """Return the answer that Cl@ve recorded under the key, or None if the request never arrived."""
        ...

    def keys(self) -> dict[str, object]:
        """Return Cl@ve's public keys as a JWKS, with a list under ``keys``."""
        ...
