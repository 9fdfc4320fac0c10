"""The gateway: how we talk to Cl@ve, whatever carries it.

    GatewayError
    ├── NotSent        nothing reached Cl@ve: nothing can have happened
    └── OutcomeUnknown it may have happened; ask ``recorded(key)``. ``settled``: the conversation is closed, so what
        │              Cl@ve has not recorded by now will not arrive later either
        └── NotOfTheContract Cl@ve did answer, but nothing that the contract knows; asking again changes nothing

A refusal (a wrong PIN, a block) is a result; only the lack of a usable answer is an exception.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class GatewayError(Exception):
    """Cl@ve gave no usable answer."""


class NotSent(GatewayError):
    """The request never left."""


class OutcomeUnknown(GatewayError):
    """The request left; what became of it must be asked for by its key."""

    def __init__(self, reason: str, *, settled: bool) -> None:
        super().__init__(reason)
        self.settled = settled


class NotOfTheContract(OutcomeUnknown):
    """An answer of Cl@ve came whole, and says nothing that can be understood."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, settled=True)


class Reason(StrEnum):
    """Why Cl@ve said no: the problem types of ``docs/contracts/gateway.yaml``, and one for any other refusal."""

    WRONG_PIN = "wrong-pin"
    EXPIRED = "expired"
    CONTRAST_MISMATCH = "contrast-mismatch"
    NOT_REGISTERED = "not-registered"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Refusal:
    """Cl@ve's no: ``until`` when a block ends, ``retry_after`` in seconds, where Cl@ve says them."""

    reason: Reason
    until: datetime | None = None
    retry_after: int = 0


@dataclass(frozen=True)
class SmsSent:
    """Cl@ve has sent a PIN: to the phone ending in these two digits, valid until, next one after so many seconds."""

    request_id: str
    phone_ending: str
    expires_at: datetime
    resend_after: int


@dataclass(frozen=True)
class Verified:
    """Cl@ve confirms the person; the assertion (a JWT) is still to be checked."""

    assertion: str


@dataclass(frozen=True)
class Contrast:
    """What a person answers to show that the document is theirs; ``value`` is a date in ISO 8601 or ``E00000000``."""

    kind: str
    value: str


Recorded = SmsSent | Verified | Refusal


class Gateway(Protocol):
    """Every call takes the idempotency key of its operation; raises ``NotSent`` or ``OutcomeUnknown``."""

    def request_sms(self, key: str, *, document_number: str, contrast: Contrast, code: str) -> SmsSent | Refusal: ...

    def resend_sms(self, key: str, *, request_id: str) -> SmsSent | Refusal: ...

    def verify_sms(self, key: str, *, request_id: str, pin: str, purpose: str) -> Verified | Refusal: ...

    def verify_app(
        self, key: str, *, document_number: str, code: str, pin: str, purpose: str
    ) -> Verified | Refusal: ...

    def recorded(self, key: str) -> Recorded | None:
        """The answer that Cl@ve recorded under the key; None when the request never arrived."""
        ...

    def keys(self) -> dict[str, object]:
        """Cl@ve's public keys, a JWKS."""
        ...
