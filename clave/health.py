"""Whether Cl@ve answers: told to people before they begin, from what the last checks of everybody have seen.

One row, written when a call fails and when one works again; each process looks at it every few seconds at most.
"""

import threading
import time
from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone

FAILURES = 2
"""One call may fail by chance; so many in a row are told."""
REMEMBERED = timedelta(minutes=3)
"""How long after the last failure it is still told, while nobody tries."""
SEEN_SECONDS = 3.0


class GatewayHealth(models.Model):
    """How many calls to Cl@ve have failed in a row, and when the last one did."""

    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.failures)


def call_failed() -> None:
    changed = GatewayHealth.objects.filter(pk=1).update(failures=F("failures") + 1, failed_at=timezone.now())
    if not changed:
        GatewayHealth.objects.get_or_create(pk=1, defaults={"failures": 1})


def call_answered() -> None:
    GatewayHealth.objects.filter(pk=1, failures__gt=0).update(failures=0)


class _Seen:
    """What this process saw last, and when."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.struggles = False
        self.at = 0.0

    def look(self) -> bool:
        with self.lock:
            if time.monotonic() - self.at >= SEEN_SECONDS or not self.at:
                since = timezone.now() - REMEMBERED
                failing = GatewayHealth.objects.filter(pk=1, failures__gte=FAILURES, failed_at__gt=since)
                self.struggles, self.at = failing.exists(), time.monotonic()
            return self.struggles

    def forget(self) -> None:
        with self.lock:
            self.at = 0.0


seen = _Seen()


def struggles() -> bool:
    """Whether Cl@ve has not answered lately."""
    return seen.look()
