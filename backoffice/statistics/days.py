"""Days as people in Madrid live them."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

A_DAY = timedelta(days=1)
BACK = timedelta(days=28)
"""How far back days are still counted: their validations are deleted two days later."""
SLACK = timedelta(hours=1)


def today() -> date:
    return timezone.localdate()


def start_of(day: date) -> datetime:
    """Its midnight: 23 or 25 hours before the next one on two days a year."""
    return timezone.make_aware(datetime.combine(day, time.min))


def settled_at(day: date) -> datetime:
    """From when on no access of the day can change any more: the last was left, or its work given up."""
    return start_of(day + A_DAY) + settings.ACCESS_LIFETIME + settings.RUN_DEADLINE + SLACK
