"""What a call to Cl@ve spends before it is made, and what its answer gives back.

A contrast datum that is sent to Cl@ve spends one refused contrast and one SMS; the answer says which of them it was,
and the other is given back. So no number of parallel requests sends more SMS than are allowed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from clave.limits import policy
from clave.limits.book import Book, Subjects, changing
from clave.limits.policy import Position
from clave.limits.rules import DAY, Act, Entry, Room, Tier
from clave.models import Method, Operation, Validation
from clave.pin.notices import Notice
from clave.switches import open_methods
from foundation import audit

logger = logging.getLogger(__name__)

ALARM_PERCENT = 80
"""Part of the SMS of a day, over everybody, that raises an alarm."""
EXHAUSTION_EVENTS = {
    Notice.TRIES_OF_THE_DAY: "identity.tries_exhausted",
    Notice.NEEDS_CONTRAST: "identity.tries_exhausted",
    Notice.SENDS_OF_THE_HOUR: "identity.sends_exhausted",
    Notice.TOO_MANY_PEOPLE: "device.people_exhausted",
}
"""Audit events for exhausted limits; they do not identify the person."""


@dataclass(frozen=True)
class Refused:
    """Why nothing was spent, and when it may be tried again."""

    notice: Notice
    until: datetime | None = None


def subjects_of(validation: Validation) -> Subjects:
    network = bytes(validation.network)
    return Subjects(tuple(validation.user.subjects), bytes(validation.device.token_hash), network)


def position_of(validation: Validation, book: Book, subjects: Subjects) -> Position:
    now, verified = timezone.now().timestamp(), not validation.user.is_stranger
    tier = policy.tier_of(book, subjects, now, is_verified=verified, has_sms=bool(validation.request_id))
    return Position(subjects, tier, book, now)


def may_ask_contrast(validation: Validation) -> bool:
    """Whether this validation may ask Cl@ve for an SMS, by which alone it checks a contrast datum."""
    return Method.SMS in open_methods(validation.accepted_methods)


def spend(validation: Validation, operation: Operation, key: str) -> Refused | None:
    """Spend what the operation may cost, stored under ``key``, or nothing; return why if nothing was spent."""
    subjects = subjects_of(validation)
    try:
        with changing(subjects) as book:
            position = position_of(validation, book, subjects)
            refused = _refusal(position, operation, may_ask_contrast=may_ask_contrast(validation))
            if refused is None:
                _enter(position, operation, key)
    except OperationalError as error:
        logger.warning("What a check costs could not be counted: %s", type(error).__name__)
        return Refused(Notice.CLAVE_BUSY)
    _report(position, refused)
    return refused


def _refusal(position: Position, operation: Operation, *, may_ask_contrast: bool) -> Refused | None:
    if people := _closed(policy.people(position)):
        return Refused(Notice.TOO_MANY_PEOPLE, people.opens_at)
    if operation == Operation.VERIFICATION and policy.needs_contrast(position, may_ask_contrast=may_ask_contrast):
        return Refused(Notice.NEEDS_CONTRAST)
    proven = position if operation == Operation.VERIFICATION else position.tiered(max(position.tier, Tier.CONTRASTED))
    if pins := _closed(policy.pins(proven, may_ask_contrast=may_ask_contrast)):
        return Refused(Notice.TRIES_OF_THE_DAY, pins.opens_at)
    if operation == Operation.VERIFICATION:
        return None
    if operation == Operation.SMS_REQUEST and (contrasts := _closed(policy.contrasts(position))):
        return Refused(Notice.SENDS_OF_THE_HOUR, contrasts.opens_at)
    sends = _closed(policy.sends(position))
    return Refused(Notice.SENDS_OF_THE_HOUR, sends.opens_at) if sends else None


def _closed(room: Room) -> Room | None:
    return None if room.left > 0 else room


def _enter(position: Position, operation: Operation, key: str) -> None:
    book, subjects = position.book, position.subjects
    act = {Operation.VERIFICATION: Act.PIN, Operation.SMS_REQUEST: Act.CONTRAST, Operation.RESEND: Act.SMS}[operation]
    tags = (subjects.device_tag, subjects.network_tag, subjects.identity_tag)
    entry = Entry(key, position.now, position.tier, *tags, act)
    book.device.append(entry)
    if position.tier != Tier.VERIFIED:
        book.network.append(entry)
    match operation:
        case Operation.VERIFICATION:
            book.pins.append(entry)
        case Operation.SMS_REQUEST:
            book.contrasts.append(entry)
    if operation != Operation.VERIFICATION:
        book.sends.append(entry)
        book.count_sms(1)


def _report(position: Position, refused: Refused | None) -> None:
    """Record an exhausted limit, once an hour for each person, device or network, and the SMS of the day."""
    book, subjects = position.book, position.subjects
    if refused and (event := EXHAUSTION_EVENTS.get(refused.notice)):
        about = [subjects.device] if refused.notice == Notice.TOO_MANY_PEOPLE else subjects.identity
        audit.record_anyway(event, once_for=about, stranger=position.tier != Tier.VERIFIED)
    if book.sms_of_network >= settings.SMS_PER_NETWORK_PER_DAY:
        audit.record_anyway("sms.network_exhausted", once_for=[subjects.network or b"unknown"])
    if is_alarming(book.sms_of_all):
        audit.record_anyway("sms.alarm", once_for=["all"], sent=book.sms_of_all, ceiling=settings.SMS_PER_DAY)


def is_alarming(sms_today: int) -> bool:
    """Whether so many SMS on one day are a reason to look."""
    alarming: int = settings.SMS_PER_DAY * ALARM_PERCENT
    return 0 < alarming <= sms_today * 100


# --- What the answer gives back: each is called once, by the request that settled the check ---------------------------


def undo(validation: Validation, key: str) -> None:
    """Give everything back: nothing happened at Cl@ve."""

    def change(book: Book, _subjects: Subjects) -> None:
        if book.forget(key):
            book.count_sms(-1)

    _change(validation, change)


def contrast_refused(validation: Validation, key: str) -> None:
    """Give the SMS back: none was sent."""

    def change(book: Book, _subjects: Subjects) -> None:
        sent = [entry for entry in book.sends if entry.key != key]
        if len(sent) < len(book.sends):
            book.sends = sent
            book.count_sms(-1)

    _change(validation, change)


def contrast_accepted(validation: Validation, key: str) -> None:
    """Give the refused contrast back, with those that this device spent before, and keep the proof."""

    def change(book: Book, subjects: Subjects) -> None:
        spent = next((entry for entry in book.sends if entry.key == key), None)
        if spent is None:
            return
        sent = spent._replace(act=Act.SMS)

        def is_kept(entry: Entry) -> bool:
            mine = (entry.device, entry.identity, entry.act) == (spent.device, spent.identity, Act.CONTRAST)
            return not mine and entry.key != key

        book.contrasts = list(filter(is_kept, book.contrasts))
        book.device = [*filter(is_kept, book.device), sent]
        book.network = [*filter(is_kept, book.network), *([sent] if sent.tier != Tier.VERIFIED else [])]
        book.proofs = [*(entry for entry in book.proofs if entry.device != subjects.device_tag), sent]

    _change(validation, change)


def verified(validation: Validation, key: str) -> None:
    """Give the try back; forget wrong PINs of other days, and that this device has tried this identity.

    Those of the last day stay: they hold over all devices, and a stranger's are not made free by a right PIN.
    """
    since = timezone.now().timestamp() - DAY.total_seconds()

    def change(book: Book, subjects: Subjects) -> None:
        mine = (subjects.identity_tag, subjects.device_tag)
        book.forget(key)
        book.pins = [entry for entry in book.pins if entry.at > since]
        book.device = [entry for entry in book.device if entry.identity != subjects.identity_tag]
        book.network = [entry for entry in book.network if (entry.identity, entry.device) != mine]

    _change(validation, change)


def _change(validation: Validation, change: Callable[[Book, Subjects], None]) -> None:
    """Change the book; while the database is too busy, what was spent stays spent."""
    subjects = subjects_of(validation)
    try:
        with changing(subjects) as book:
            change(book, subjects)
    except OperationalError as error:
        logger.warning("What a check had spent could not be given back: %s", type(error).__name__)
