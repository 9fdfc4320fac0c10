"""Why a call to the outside brought no usable response.

    OutboundError
    ├── NotSent                    nothing of the request left: nothing can have happened
    │   └── Forbidden              its address is one that is never called, or leads to one
    └── NoResponse                 it left, at least in part, and whether it had its effect is unknown
        └── BadResponse            something came back that cannot be used
            ├── Redirected         it points to another address; no redirect is followed
            └── ContractViolation  it came whole and says nothing that the contract knows: asking again is no use

The class says what the caller may do next, ``reason`` what happened. Messages are for logs: nobody decides by them, and
they hold no address, header or body.
"""

from enum import StrEnum


class ErrorReason(StrEnum):
    """What happened, as logs name it."""

    NOT_CONFIGURED = "no address is configured"
    INVALID_ADDRESS = "invalid address"
    FORBIDDEN_ADDRESS = "forbidden address"
    NOT_CONNECTED = "not connected"
    TIMED_OUT = "timed out"
    CUT_OFF = "cut off"
    REDIRECT = "redirect"
    TOO_LARGE = "too large"
    NOT_JSON = "not JSON"
    UNEXPECTED_STATUS = "unexpected status"
    UNEXPECTED_CONTENT = "unexpected content"
    NO_KEYS = "no keys"
    NO_STATUS_URL = "no status address"
    FOREIGN_STATUS_URL = "status address of another origin"
    UNKNOWN_WORK = "the work is not known there"


class OutboundError(Exception):
    """No usable response."""

    def __init__(self, reason: ErrorReason, detail: str = "") -> None:
        super().__init__(f"{reason} ({detail})" if detail else str(reason))
        self.reason = reason


class NotSent(OutboundError):
    """Nothing of the request left."""


class Forbidden(NotSent):
    """The address must not be called (``foundation.http.addresses``)."""

    def __init__(self) -> None:
        super().__init__(ErrorReason.FORBIDDEN_ADDRESS)


class NoResponse(OutboundError):
    """The request left, at least in part; whether it had its effect is unknown.

    ``settled`` when the conversation is over (reset, cut off, nonsense): what the other side has not taken in by now,
    it never will. After a time-out it may still be at work.
    """

    def __init__(self, reason: ErrorReason, detail: str = "", *, settled: bool = True) -> None:
        super().__init__(reason, detail)
        self.settled = settled


class BadResponse(NoResponse):
    """What came back cannot be used."""


class Redirected(BadResponse):
    """The response points to ``location``, as it was written there."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__(ErrorReason.REDIRECT, str(status))
        self.location = location


class ContractViolation(BadResponse):
    """The response came whole, and the contract knows nothing of the kind."""
