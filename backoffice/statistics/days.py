"""Days in Madrid, from midnight to midnight."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

ONE_DAY = timedelta(days=1)
AGGREGATED_BACK = timedelta(days=28)
"""How far back days are still aggregated: their validations are deleted two days later."""
SLACK = timedelta(hours=1)


def today() -> date:
    return timezone.localdate()


def start_of(day: date) -> datetime:
    """Return midnight; on two days a year the next one comes after 23 or 25 hours."""
    return timezone.make_aware(datetime.combine(day, time.min))


def final_from(day: date) -> datetime:
    """Return the moment from which no access begun on the day can change any more."""
    return start_of(day + ONE_DAY) + settings.ACCESS_LIFETIME + settings.RUN_DEADLINE + SLACK
