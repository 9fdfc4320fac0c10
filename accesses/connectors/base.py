"""A connector: how we talk to a body's back end.

    ConnectorError
    ├── NotSent        nothing reached the body
    └── OutcomeUnknown it may have done the work; asking again is safe only where Idempotency-Key is honoured

What the body answers is a result, a problem too: only the lack of a usable answer is an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from clave.assertions import Identity


class ConnectorError(Exception):
    """The body gave no usable answer."""


class NotSent(ConnectorError):
    """The request never left."""


class OutcomeUnknown(ConnectorError):
    """The request left; what became of it is unknown."""


@dataclass(frozen=True)
class Manner:
    """How a body is called: headers that hold its credential (never shown), time-outs in seconds, calls at once.

    What is None is as the settings say.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    read_seconds: float | None = None
    total_seconds: float | None = None
    slots: int | None = None


@dataclass(frozen=True)
class Order:
    """What is asked of a body, and for whom; ``key`` is the idempotency key.

    ``mapping`` gives the names under which the body knows the inputs, where they are not their keys.
    """

    key: UUID
    entity: str
    procedure: str
    url: str
    inputs: Mapping[str, Any]
    identity: Identity
    manner: Manner = field(default_factory=Manner)
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def named_inputs(self) -> dict[str, Any]:
        """The inputs under the body's names."""
        return {self.mapping.get(key, key): value for key, value in self.inputs.items()}


@dataclass(frozen=True)
class Consultation:
    """Data for the screen: title, moment (ISO 8601), sections of rows or tables, notice; no sections: nothing."""

    content: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        return not self.content["sections"]


@dataclass(frozen=True)
class Pdf:
    """A document as it came, with its CSV and where that is verified."""

    content: bytes
    filename: str
    csv: str
    csv_url: str


@dataclass(frozen=True)
class Pending:
    """The body is still at work: ask ``status_url`` again after so many seconds."""

    status_url: str
    progress: int
    stage: str
    retry_after: float


@dataclass(frozen=True)
class Problem:
    """The body says no. ``detail`` may be shown to the person.

    ``is_passing``: it may be yes later, after ``retry_after`` seconds; ``is_undone``: it has surely not done the work.
    """

    detail: str
    is_passing: bool
    retry_after: float = 0
    is_undone: bool = True


Reply = Consultation | Pdf | Pending | Problem


class Connector(Protocol):
    """Every call raises ``NotSent`` or ``OutcomeUnknown``."""

    def run(self, order: Order) -> Reply: ...

    def status(self, order: Order, status_url: str) -> Reply: ...
