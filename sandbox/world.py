"""The sandbox's state, held in memory and accessed only from the event loop."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.people import BY_NUMBER, Person
from sandbox.phones import Phone
from sandbox.wire import Response

WRONG_TRIES_AT_CLAVE = 30
BLOCK = timedelta(hours=24)


@dataclass(frozen=True)
class Settings:
    """Settings of one sandbox.

    ``token`` is the bearer token that Cl@ve requires, ``portal_url`` the site that publishes the portal's keys, and
    ``public_url`` the sandbox's address as people see it (empty: the one that each caller used).
    """

    token: str
    portal_url: str = ""
    trust_tokens: bool = False
    public_url: str = ""


@dataclass
class SmsRequest:
    """A PIN requested by SMS: single use, valid for ten minutes, five tries."""

    request_id: str
    person: Person
    code: str
    pin: str
    expires_at: datetime
    tries_left: int = 5
    used: bool = False


@dataclass
class Job:
    """A slow operation at a body, reported in stages until ``done_at``."""

    code: str
    document_number: str
    done_at: float
    seconds: float
    answer: Response


@dataclass
class Effects:
    """Counts of the operations that took effect, as reported by ``GET /api/effects``."""

    sms_sent: int = 0
    verifications: int = 0
    procedure_runs: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        return {
            "sms_sent": self.sms_sent,
            "verifications": self.verifications,
            "procedure_runs": dict(sorted(self.procedure_runs.items())),
        }


@dataclass
class World:
    """The state that ``POST /api/reset`` restores; settings, clock and keys are kept."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        now = self.clock.now()
        self.phones = {number: Phone() for number in BY_NUMBER}
        self.blocked_until = {person.document_number: now + BLOCK for person in BY_NUMBER.values() if person.blocked}
        self.wrong_tries: Counter[str] = Counter()
        self.sms_requests: OrderedDict[str, SmsRequest] = OrderedDict()
        self.operations = Ledger()
        self.runs = Ledger()
        self.jobs: OrderedDict[str, Job] = OrderedDict()
        self.faults = Faults()
        self.effects = Effects()

    def block_of(self, person: Person) -> datetime | None:
        """Return when the person's Cl@ve block ends, or None. People defined as blocked never become unblocked."""
        until = self.blocked_until.get(person.document_number)
        now = self.clock.now()
        if until is not None and until <= now and person.blocked:
            until = self.blocked_until[person.document_number] = now + BLOCK
        return until if until is not None and until > now else None

    def wrong_try(self, person: Person) -> None:
        """Count a wrong PIN; more than 30 block the person for 24 hours, as Cl@ve does."""
        self.wrong_tries[person.document_number] += 1
        if self.wrong_tries[person.document_number] > WRONG_TRIES_AT_CLAVE:
            self.blocked_until[person.document_number] = self.clock.now() + BLOCK
            self.wrong_tries[person.document_number] = 0
