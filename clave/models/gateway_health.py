"""Whether Cl@ve answers, as everybody's last calls have seen it."""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone

FAILURES = 2
"""One call may fail by chance; so many in a row are told."""
REMEMBERED = timedelta(minutes=3)
"""How long after the last failure it is still told, while nobody tries."""


class GatewayHealthQuerySet(models.QuerySet["GatewayHealth"]):
    def call_failed(self) -> None:
        changed = self.filter(pk=1).update(failures=F("failures") + 1, failed_at=timezone.now())
        if not changed:
            self.get_or_create(pk=1, defaults={"failures": 1})

    def call_answered(self) -> None:
        self.filter(pk=1, failures__gt=0).update(failures=0)

    def is_degraded(self) -> bool:
        """Return whether the latest calls have failed in a row, not long ago."""
        since = timezone.now() - REMEMBERED
        return self.filter(pk=1, failures__gte=FAILURES, failed_at__gt=since).exists()


class GatewayHealth(models.Model):
    """One row: how many calls to Cl@ve have failed in a row, and when the last one did."""

    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(default=timezone.now)

    objects = GatewayHealthQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.failures)
