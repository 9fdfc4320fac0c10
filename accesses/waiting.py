"""Waiting: a moment inside the request, since work is nearly always quick, and what the page says of a longer wait."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accesses.models import Access
from accesses.models.access import FINISHED
from procedures.durations import humanize_elapsed
from procedures.offers import Offer

MAX_WAITING_REQUESTS = 4
"""How many requests of this process may wait at once; the others show the waiting page immediately."""
POLL_SECONDS = 0.05
LEAST_LONG_SECONDS = 10
"""Nobody is told that a shorter wait is long."""
UNMEASURED_FACTOR = 3

_waiting = threading.BoundedSemaphore(MAX_WAITING_REQUESTS)


def wait_until_finished(access: Access) -> str:
    """Wait ``WAIT_IN_REQUEST_SECONDS`` at most; return the state then."""
    if access.state in FINISHED or not settings.WAIT_IN_REQUEST_SECONDS or access.status_url:
        return access.state
    if not _waiting.acquire(blocking=False):
        return access.state
    try:
        return _poll(access, time.monotonic() + settings.WAIT_IN_REQUEST_SECONDS)
    finally:
        _waiting.release()


def _poll(access: Access, until: float) -> str:
    while True:
        access.refresh_from_db(fields=["state", "progress", "stage", "stages_done", "attempts", "status_url"])
        if access.state in FINISHED or access.status_url or time.monotonic() >= until:
            return access.state
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True)
class TimeWaited:
    """How long the body has been at it, in words; whether that is longer than usual; when we stop asking."""

    seconds: int
    duration: str
    is_long: bool
    until: datetime


def time_waited(access: Access, offer: Offer) -> TimeWaited:
    """Return the time since the identity was proved, compared with what nearly everybody has waited."""
    since = access.queued_at or timezone.now()
    seconds = max(0, int((timezone.now() - since).total_seconds()))
    return TimeWaited(
        seconds, humanize_elapsed(seconds), seconds > _usual_seconds(offer), since + settings.RUN_DEADLINE
    )


def _usual_seconds(offer: Offer) -> float:
    """Return the time that was enough nine times in ten; unmeasured, a multiple of what the editors expect."""
    if time := offer.measured_time:
        return max(time.p90_ms / 1000, LEAST_LONG_SECONDS)
    return max(offer.version.expected_seconds * UNMEASURED_FACTOR, LEAST_LONG_SECONDS)
