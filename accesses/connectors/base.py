"""A connector: how we talk to a body's back end.

What the body answers is a result, a problem too. Only the lack of a usable response is an exception, of the tree in
``foundation.http.errors``: after ``NotSent`` nothing reached the body; after ``NoResponse`` it may have done the work,
and asking again is safe only where ``Idempotency-Key`` is honoured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from clave.identity import Identity


@dataclass(frozen=True)
class CallOptions:
    """How a body is called: headers with its credential (never shown), time-outs in seconds, calls at once.

    What is None follows the settings.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    read_seconds: float | None = None
    total_seconds: float | None = None
    slots: int | None = None


@dataclass(frozen=True)
class ConnectorRequest:
    """What a body is asked, and for whom; ``key`` is the idempotency key.

    ``mapping`` gives the names under which the body knows the inputs, where they are not their keys.
    """

    key: UUID
    entity: str
    procedure: str
    url: str
    inputs: Mapping[str, Any]
    identity: Identity
    options: CallOptions = field(default_factory=CallOptions)
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The procedure's code, with its entity."""
        return f"{self.entity}/{self.procedure}"

    @property
    def named_inputs(self) -> dict[str, Any]:
        """The inputs under the body's names."""
        return {self.mapping.get(key, key): value for key, value in self.inputs.items()}


@dataclass(frozen=True)
class Consultation:
    """Data for the screen: ``title``, ``issued_at`` (ISO 8601), ``sections`` of rows or tables, ``notice``."""

    content: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether the body has no data of this person."""
        return not self.content["sections"]


@dataclass(frozen=True)
class Pdf:
    """A document as it came, with its CSV and the address where that is verified; ``""`` when there is none."""

    content: bytes
    filename: str
    csv: str
    csv_url: str


@dataclass(frozen=True)
class Pending:
    """The body is still at work: ask ``status_url`` again after ``retry_after`` seconds; ``progress`` is 0 to 99."""

    status_url: str
    progress: int
    stage: str
    retry_after: float


@dataclass(frozen=True)
class Problem:
    """The body refuses; ``detail`` may be shown to the person.

    ``is_passing``: it may agree later, after ``retry_after`` seconds; ``is_undone``: it has surely not done the work.
    """

    detail: str
    is_passing: bool
    retry_after: float = 0
    is_undone: bool = True


ConnectorReply = Consultation | Pdf | Pending | Problem


class Connector(Protocol):
    """Both calls raise ``NotSent`` or ``NoResponse``."""

    def run(self, request: ConnectorRequest) -> ConnectorReply: ...

    def status(self, request: ConnectorRequest, status_url: str) -> ConnectorReply:
        """Ask how far the work of an earlier ``Pending`` is."""
        ...
