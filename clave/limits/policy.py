"""Which rules apply to whom; ``docs/security.md`` has the reasons and what they come to.

Wrong PINs, refused contrasts and SMS are counted apart. Of an identity's wrong PINs of a day, half are the strangers'
part, in which each device and network has a share; once half of that part is spent, the app's way asks for the contrast
datum first. A fifth is left to devices that have verified the identity. So nobody who knows a DNI, nor who also knows
its date, can use up what its holder needs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from clave.limits.book import NO_SUCCESS_WINDOW, Book, Subjects, midnight
from clave.limits.rules import (
    DAY,
    HOUR,
    Act,
    Ceiling,
    DailyTotal,
    Entry,
    GrowingPause,
    People,
    Room,
    Rule,
    Tier,
    room_of,
)

PROOF_LIFETIME = timedelta(days=1)
"""For how long the right contrast datum counts as proof on the device that gave it."""
CONTRASTS_FREE_OF_A_DEVICE = 3
CONTRASTS_FREE_OF_A_NETWORK = 60
CONTRASTS_FREE_FOR_AN_IDENTITY = 10
CONTRASTS_FREE_FOR_AN_IDENTITY_FROM_A_NETWORK = 6
"""Refused contrasts of a day before pauses begin, by whose they are."""


@dataclass(frozen=True)
class Position:
    """Who acts, about whom and from where, with what has been spent so far."""

    subjects: Subjects
    tier: Tier
    book: Book
    now: float

    def tiered(self, tier: Tier) -> "Position":
        return Position(self.subjects, tier, self.book, self.now)

    def mine(self, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry.device == self.subjects.device_tag]

    def of_network(self, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry.network == self.subjects.network_tag]


def tier_of(book: Book, subjects: Subjects, now: float, *, is_verified: bool, has_sms: bool) -> Tier:
    """Return what the device has proved about the identity."""
    if is_verified:
        return Tier.VERIFIED
    since = now - PROOF_LIFETIME.total_seconds()
    proved = any(entry.device == subjects.device_tag and entry.at > since for entry in book.proofs)
    return Tier.CONTRASTED if has_sms or proved else Tier.STRANGER


# --- Wrong PINs -------------------------------------------------------------------------------------------------------


def pins(position: Position, *, may_ask_contrast: bool) -> Room:
    """Return how many PINs may be tried; strangers whose contrast can be asked have half of the strangers' part."""
    rules = _pins_of_all(position)
    if position.tier == Tier.STRANGER:
        rules += _pins_of_strangers(position, halved=may_ask_contrast)
    return room_of(rules, position.now)


def needs_contrast(position: Position, *, may_ask_contrast: bool) -> bool:
    """Whether the app's way has to ask for the contrast datum first, and can."""
    if position.tier != Tier.STRANGER or not may_ask_contrast or pins(position, may_ask_contrast=True).left:
        return False
    return pins(position.tiered(Tier.CONTRASTED), may_ask_contrast=True).left > 0


def _pins_of_all(position: Position) -> list[Rule]:
    day, total, spent = settings.TRIES_PER_IDENTITY_PER_DAY, settings.TRIES_WITHOUT_SUCCESS, position.book.pins
    rules: list[Rule] = [Ceiling(day, DAY, spent), Ceiling(total, NO_SUCCESS_WINDOW, spent)]
    if position.tier != Tier.VERIFIED:
        others = _unverified(spent)
        rules += [
            Ceiling(day - day // 5, DAY, others),
            Ceiling(total - total // 4, NO_SUCCESS_WINDOW, others),
            *_people(position),
        ]
    return rules


def _pins_of_strangers(position: Position, *, halved: bool) -> list[Rule]:
    divide: Callable[[int], int] = (lambda part: (part + 1) // 2) if halved else (lambda part: part)
    spent = _of(Tier.STRANGER, position.book.pins)
    return [
        Ceiling(divide(settings.TRIES_PER_IDENTITY_PER_DAY // 2), DAY, spent),
        Ceiling(divide(settings.TRIES_WITHOUT_SUCCESS // 2), NO_SUCCESS_WINDOW, spent),
        Ceiling(settings.TRIES_PER_STRANGE_DEVICE_PER_DAY, DAY, position.mine(spent)),
        Ceiling(settings.TRIES_PER_STRANGE_NETWORK_PER_DAY, DAY, position.of_network(spent)),
    ]


# --- Refused contrasts ------------------------------------------------------------------------------------------------


def contrasts(position: Position) -> Room:
    """Return how many contrast data may be refused, from now on, before the next pause or the ceiling of the day."""
    own = _of_act(Act.CONTRAST, position.book.device)
    rules: list[Rule] = [
        Ceiling(settings.CONTRASTS_PER_DEVICE_PER_DAY, DAY, own),
        GrowingPause(CONTRASTS_FREE_OF_A_DEVICE, timedelta(seconds=30), timedelta(minutes=30), own),
    ]
    if position.tier == Tier.STRANGER:
        rules += [*_contrasts_of_strangers(position), *_people(position)]
    return room_of(rules, position.now)


def _contrasts_of_strangers(position: Position) -> list[Rule]:
    """Return the rules for strangers.

    The pause that all strangers share is not for a device and network that have hardly tried: else one stranger's
    script, always a moment faster, would keep the identity's holder waiting for good.
    """
    about, network = _unverified(position.book.contrasts), _of_act(Act.CONTRAST, position.book.network)
    nearby = position.of_network(about)
    minute = timedelta(minutes=1)
    rules: list[Rule] = [
        Ceiling(settings.CONTRASTS_PER_IDENTITY_PER_DAY, DAY, about),
        Ceiling(max(1, settings.CONTRASTS_PER_IDENTITY_PER_DAY // 3), DAY, nearby),
        Ceiling(settings.CONTRASTS_PER_NETWORK_PER_DAY, DAY, network),
        GrowingPause(CONTRASTS_FREE_FOR_AN_IDENTITY_FROM_A_NETWORK, timedelta(seconds=15), 10 * minute, nearby),
        GrowingPause(CONTRASTS_FREE_OF_A_NETWORK, timedelta(seconds=2), minute, network),
    ]
    is_fresh = len(nearby) < CONTRASTS_FREE_OF_A_DEVICE
    if not is_fresh:
        rules.append(GrowingPause(CONTRASTS_FREE_FOR_AN_IDENTITY, timedelta(seconds=10), minute, about))
    return rules


# --- SMS --------------------------------------------------------------------------------------------------------------


def sends(position: Position) -> Room:
    """Return how many SMS may be sent to the identity's phone."""
    hour, day, spent = settings.SENDS_PER_IDENTITY_PER_HOUR, settings.SENDS_PER_IDENTITY_PER_DAY, position.book.sends
    ends_at = midnight().timestamp()
    rules: list[Rule] = [
        Ceiling(hour, HOUR, spent),
        Ceiling(day, DAY, spent),
        DailyTotal(settings.SMS_PER_DAY, position.book.sms_of_all, ends_at),
    ]
    if position.tier != Tier.VERIFIED:
        others = _unverified(spent)
        rules += [
            Ceiling(hour - hour // 5, HOUR, others),
            Ceiling(day - day // 3, DAY, others),
            Ceiling(settings.SENDS_PER_VALIDATION, HOUR, position.mine(others)),
            DailyTotal(settings.SMS_PER_NETWORK_PER_DAY, position.book.sms_of_network, ends_at),
            *_people(position),
        ]
    return room_of(rules, position.now)


# --- Across people ----------------------------------------------------------------------------------------------------


def _people(position: Position) -> list[Rule]:
    """Return the rules on distinct identities that this device, and this network, has tried without success."""
    identity, device = position.subjects.identity_tag, _unverified(position.book.device)
    network = position.book.network
    return [
        People(settings.PEOPLE_PER_DEVICE_PER_HOUR, HOUR, device, identity),
        People(settings.PEOPLE_PER_DEVICE_PER_DAY, DAY, device, identity),
        People(settings.PEOPLE_PER_NETWORK_PER_HOUR, HOUR, network, identity),
        People(settings.PEOPLE_PER_NETWORK_PER_DAY, DAY, network, identity),
    ]


def people(position: Position) -> Room:
    """Return whether this device and network may try this identity beside those that they have tried."""
    return room_of(_people(position), position.now) if position.tier != Tier.VERIFIED else room_of([], position.now)


def _of(tier: Tier, entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.tier == tier]


def _unverified(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.tier != Tier.VERIFIED]


def _of_act(act: Act, entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.act == act]
