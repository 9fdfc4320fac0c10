"""The gateway: how we talk to Cl@ve, whatever carries it.

A refusal (a wrong PIN, a block) is a result. Only the lack of a usable response is an exception, of the tree in
``foundation.http.errors``: after ``NotSent`` nothing can have happened; after ``NoResponse`` it may have, and
``recorded(key)`` tells; after its ``ContractViolation`` Cl@ve has answered, and asking again changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Reason(StrEnum):
    """Why Cl@ve refuses: the problem types of ``docs/contracts/gateway.yaml``; the last stands for any other."""

    WRONG_PIN = "wrong-pin"
    EXPIRED = "expired"
    CONTRAST_MISMATCH = "contrast-mismatch"
    NOT_REGISTERED = "not-registered"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Refusal:
    """Cl@ve refuses; ``until`` is the end of a block, ``retry_after`` in seconds, where Cl@ve gives them."""

    reason: Reason
    until: datetime | None = None
    retry_after: int = 0


@dataclass(frozen=True)
class SmsSent:
    """Cl@ve has sent a PIN, to a phone that ends in these two digits; ``resend_after`` is in seconds."""

    request_id: str
    phone_ending: str
    expires_at: datetime
    resend_after: int


@dataclass(frozen=True)
class Verified:
    """Cl@ve confirms the person; the assertion (a JWT) is still to be verified."""

    assertion: str


@dataclass(frozen=True)
class Contrast:
    """What a person gives to show that the document is theirs; ``value`` is an ISO 8601 date or ``E00000000``."""

    kind: str
    value: str


Recorded = SmsSent | Verified | Refusal


class Gateway(Protocol):
    """Every operation takes its idempotency key. All calls raise ``NotSent`` or ``NoResponse``."""

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> SmsSent | Refusal: ...

    def resend_sms(self, key: str, *, request_id: str) -> SmsSent | Refusal: ...

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> Verified | Refusal: ...

    def verify_app(
        self, key: str, *, document_number: str, code: str, pin: str, purpose: str
    ) -> Verified | Refusal: ...

    def recorded(self, key: str) -> Recorded | None:
        """Return the answer that Cl@ve recorded under the key; None when the request never arrived."""
        ...

    def keys(self) -> dict[str, object]:
        """Return Cl@ve's public keys, a JWKS with a list of ``keys``."""
        ...
