"""Cl@ve's health, judged by the outcome of the latest calls of all processes."""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone

FAILURES = 2
"""Consecutive failures before people are warned: a single call may fail by chance."""
REMEMBERED = timedelta(minutes=3)
"""How long the warning lasts after the last failure if nobody calls Cl@ve."""


class GatewayHealthQuerySet(models.QuerySet["GatewayHealth"]):
    def call_failed(self) -> None:
        changed = self.filter(pk=1).update(failures=F("failures") + 1, failed_at=timezone.now())
        if not changed:
            self.get_or_create(pk=1, defaults={"failures": 1})

    def call_answered(self) -> None:
        self.filter(pk=1, failures__gt=0).update(failures=0)

    def is_degraded(self) -> bool:
        """Return whether the latest ``FAILURES`` calls failed, the last one within ``REMEMBERED``."""
        since = timezone.now() - REMEMBERED
        return self.filter(pk=1, failures__gte=FAILURES, failed_at__gt=since).exists()


class GatewayHealth(models.Model):
    """A single row: the number of consecutive failed calls to Cl@ve, and when the last one failed."""

    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(default=timezone.now)

    objects = GatewayHealthQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.failures)
