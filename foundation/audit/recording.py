"""Writing to the audit log, inside and outside of transactions."""

import hashlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from foundation.audit.chain import append
from foundation.audit.details import Value
from foundation.limits import Contended, Limit, spend

logger = logging.getLogger(__name__)

ONCE_IN = timedelta(hours=1)
MOST_IN_ALL = 60
"""Entries of one action, about different subjects, within that time; beyond it only the process log has them."""
MOST_PENDING = 100
MOST_REMEMBERED = 2000


def record(action: str, *, actor: str = "", target: str = "", **detail: Value) -> None:
    """Write an entry about a change; call it last in the transaction of the change, to commit or roll back with it.

    ``action`` is like ``version.published``, ``actor`` a staff user's name or ``""`` for the portal itself, ``target``
    like ``procedures.procedureversion:12``; never a citizen's data. Raises only when the database is unavailable.
    """
    logger.info("%s %s", action, target)
    try:
        append(action, actor, target, detail)
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, ImproperlyConfigured) as error:
        logger.error("Not in the audit log: %s %s (%s)", action, target, type(error).__name__)


@dataclass(frozen=True)
class _Event:
    action: str
    actor: str
    target: str
    detail: dict[str, Value]
    once_for: tuple[bytes, ...]


def record_anyway(
    action: str, *, actor: str = "", target: str = "", once_for: Sequence[bytes | str] = (), **detail: Value
) -> None:
    """Write an entry about a refusal or a fault, even if the surrounding transaction rolls back. Never raises.

    Inside a transaction it is written when that has ended, at the latest with the request or the task. ``once_for``
    identifies whom or what it concerns (an identity by its blind indexes, the primary one first): the same action is
    written once an hour for each subject, and the subject itself is never written.
    """
    subjects = tuple(_subject(action, one) for one in once_for)
    if subjects and not _recent.is_new(subjects[0]):
        return
    logger.info("%s %s", action, target)
    event = _Event(action, actor, target, detail, subjects)
    try:
        _write(event, alone=True)
    except RuntimeError:  # inside a transaction, which may roll back
        if len(_pending.events) < MOST_PENDING:
            _pending.events.append(event)
            transaction.on_commit(write_pending)


def write_pending(**_signal: Any) -> None:
    """Write the events that waited for the end of this thread's transaction."""
    while _pending.events:
        _write(_pending.events.pop(0))


def forget_recent() -> None:
    """Forget what this process has recorded within the hour, and what is pending; for tests."""
    _recent.until.clear()
    _pending.events.clear()


class _Pending(threading.local):
    def __init__(self) -> None:
        self.events: list[_Event] = []


@dataclass
class _Recent:
    """Subjects recorded by this process within the hour, so that repeats cost no query."""

    until: dict[bytes, float] = field(default_factory=dict)

    def is_new(self, subject: bytes) -> bool:
        moment = time.monotonic()
        if self.until.get(subject, moment) > moment:
            return False
        if len(self.until) >= MOST_REMEMBERED:
            self.until.clear()
        self.until[subject] = moment + ONCE_IN.total_seconds()
        return True


_pending = _Pending()
_recent = _Recent()


def _subject(action: str, subject: bytes | str) -> bytes:
    given = subject.encode(errors="replace") if isinstance(subject, str) else subject
    return hashlib.sha256(action.encode() + b"\0" + given).digest()


def _write(event: _Event, *, alone: bool = False) -> None:
    """Append the event if it is due; raise ``RuntimeError`` when it must stand ``alone`` inside a transaction."""
    try:
        with transaction.atomic(durable=alone):
            if not event.once_for or _is_due(event):
                append(event.action, event.actor, event.target, event.detail)
    except (DatabaseError, InterfaceError, ImproperlyConfigured, Contended) as error:
        logger.error("Not in the audit log: %s %s (%s)", event.action, event.target, type(error).__name__)


def _is_due(event: _Event) -> bool:
    """Return whether no process has recorded the event within the hour."""
    key = event.action
    if not spend(Limit("audit", 1, ONCE_IN), event.once_for, key):
        return False
    if spend(Limit("audit-all", MOST_IN_ALL, ONCE_IN), [_subject(event.action, b"")], key):
        return True
    logger.warning("Too many of these for the audit log: %s", event.action)
    return False
