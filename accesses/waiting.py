"""Waiting a moment inside the request: work is nearly always quick, and its result then needs no waiting page."""

import threading
import time

from django.conf import settings

from accesses.models import Access
from accesses.models.access import FINISHED

MAX_WAITING_REQUESTS = 4
"""How many requests of this process may wait at once; the others show the waiting page immediately."""
POLL_SECONDS = 0.05

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
        access.refresh_from_db(fields=["state", "progress", "stage", "attempts", "status_url"])
        if access.state in FINISHED or access.status_url or time.monotonic() >= until:
            return access.state
        time.sleep(POLL_SECONDS)
