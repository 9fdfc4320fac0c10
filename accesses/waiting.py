"""Waiting a moment in the request for work that is nearly always quick, so that its result comes without a stop."""

import threading
import time

from django.conf import settings

from accesses.models import Access
from accesses.models.access import FINISHED

AT_ONCE = 4
"""How many requests of this process may wait so; the others show the waiting page at once."""
PAUSE_SECONDS = 0.05

_places = threading.BoundedSemaphore(AT_ONCE)


def wait_briefly(access: Access) -> str:
    """The access's state, when it is finished or the moment is over."""
    if access.state in FINISHED or not settings.WAIT_IN_REQUEST_SECONDS or access.status_url:
        return access.state
    if not _places.acquire(blocking=False):
        return access.state
    try:
        return _look(access, time.monotonic() + settings.WAIT_IN_REQUEST_SECONDS)
    finally:
        _places.release()


def _look(access: Access, until: float) -> str:
    while True:
        access.refresh_from_db(fields=["state", "progress", "stage", "attempts", "status_url"])
        if access.state in FINISHED or access.status_url or time.monotonic() >= until:
            return access.state
        time.sleep(PAUSE_SECONDS)
