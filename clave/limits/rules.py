"""Rules over what has been spent, without the database: ceilings, distinct people, and growing pauses.

Each rule answers with a ``Room``. ``room_of`` joins the rules that apply to one act: what a page shows and what a spend
accepts come from the same call, so that they cannot differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol

PLENTY = 1000
"""Room that no rule limits."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Tier(IntEnum):
    """What a device has proved about an identity; stored with each spend."""

    STRANGER = 0
    CONTRASTED = 1
    """It gave the right contrast datum within ``policy.PROOF_LIFETIME``."""
    VERIFIED = 2
    """Cl@ve has verified this identity from it."""


class Act(StrEnum):
    """What an entry of a device or a network was spent on."""

    PIN = "pin"
    CONTRAST = "contrast"
    """Refused, or not answered yet."""
    SMS = "sms"
    """Accepted: an SMS was sent."""


class Entry(NamedTuple):
    """One spend; ``device``, ``network`` and ``identity`` are the beginnings of their hashes."""

    key: str
    at: float
    tier: int
    device: str
    network: str
    identity: str
    act: str


@dataclass(frozen=True)
class Room:
    """How often something may be done now; if not at all, ``opens_at`` is when it may be done again."""

    left: int
    opens_at: datetime | None = None


class Rule(Protocol):
    def room(self, now: float) -> tuple[int, float]:
        """Return what is left and, if nothing is, the timestamp at which this rule would allow one more."""
        ...


@dataclass(frozen=True)
class Ceiling:
    """At most ``most`` entries within the window."""

    most: int
    window: timedelta
    entries: Iterable[Entry]

    def room(self, now: float) -> tuple[int, float]:
        return _room_under(self.most, self.window, sorted(_live(self.entries, self.window, now)), now)


@dataclass(frozen=True)
class People:
    """At most ``most`` distinct identities within the window; one that is among them already may go on."""

    most: int
    window: timedelta
    entries: Iterable[Entry]
    identity: str

    def room(self, now: float) -> tuple[int, float]:
        since = now - self.window.total_seconds()
        latest: dict[str, float] = {}
        for entry in self.entries:
            if entry.at > since:
                latest[entry.identity] = max(entry.at, latest.get(entry.identity, 0))
        if self.identity in latest:
            return PLENTY, 0
        left, opens_at = _room_under(self.most, self.window, sorted(latest.values()), now)
        return (PLENTY if left else 0), opens_at


@dataclass(frozen=True)
class GrowingPause:
    """Nothing for a while after the latest entry of a day; beyond ``free`` entries, each doubles the pause."""

    free: int
    first: timedelta
    longest: timedelta
    entries: Iterable[Entry]

    def room(self, now: float) -> tuple[int, float]:
        live = _live(self.entries, DAY, now)
        if len(live) < self.free:
            return PLENTY, 0
        doubled = min(len(live) - self.free, 30)
        pause = min(self.first.total_seconds() * 2**doubled, self.longest.total_seconds())
        opens_at = max(live, default=0) + pause
        return (0, opens_at) if opens_at > now else (PLENTY, 0)


@dataclass(frozen=True)
class DailyTotal:
    """At most ``most`` on a calendar day."""

    most: int
    today: int
    ends_at: float

    def room(self, now: float) -> tuple[int, float]:
        return (self.most - self.today, 0) if self.today < self.most else (0, self.ends_at)


def room_of(rules: Sequence[Rule], now: float) -> Room:
    """Return the least of what the rules leave, and when the last of those that leave nothing opens."""
    rooms = [rule.room(now) for rule in rules]
    left = min((left for left, _opens_at in rooms), default=PLENTY)
    if left > 0:
        return Room(left)
    opens_at = max(opens_at for left, opens_at in rooms if left <= 0)
    return Room(0, datetime.fromtimestamp(opens_at, UTC))


def least(*rooms: Room) -> Room:
    """Return what is left when all of the rooms are needed; it opens when the last one does, if all ever do."""
    closed = [room.opens_at for room in rooms if not room.left]
    if not closed:
        return Room(min(room.left for room in rooms))
    return Room(0, max(moments) if len(moments := [at for at in closed if at]) == len(closed) else None)


def either(*rooms: Room) -> Room:
    """Return what is left when one of the rooms is enough: the first that is open, or the earliest to open."""
    for room in rooms:
        if room.left:
            return room
    return Room(0, min((room.opens_at for room in rooms if room.opens_at), default=None))


def _live(entries: Iterable[Entry], window: timedelta, now: float) -> list[float]:
    since = now - window.total_seconds()
    return [entry.at for entry in entries if entry.at > since]


def _room_under(most: int, window: timedelta, live: list[float], now: float) -> tuple[int, float]:
    if len(live) < most:
        return most - len(live), 0
    oldest = live[len(live) - most] if most > 0 else now
    return 0, oldest + window.total_seconds()
