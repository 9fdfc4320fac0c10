"""Moments in words, as pages show them."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _


def humanize_datetime(moment: datetime) -> str:
    """Return "el martes 3 a las 8:00" in the active language, with the month or the year when it is not the current.

    Never "today" or "tomorrow": pages with these words are cached.
    """
    local, now = timezone.localtime(moment), timezone.localtime()
    pattern = _("l j")
    if (local.year, local.month) != (now.year, now.month):
        pattern = _("l j \\d\\e F") if local.year == now.year else _("l j \\d\\e F \\d\\e Y")
    return _("el %(day)s a las %(time)s") % {
        "day": formats.date_format(local, pattern),
        "time": formats.date_format(local, "G:i"),
    }


def humanize_opening(moment: datetime) -> str:
    """Return from when something may be done again: "a las 18:40", with the day unless it is today.

    Rounded up to the minute, so that it is true at the time said; for pages that no cache keeps.
    """
    local = timezone.localtime(moment + timedelta(seconds=59)).replace(second=0, microsecond=0)
    if local.date() != timezone.localdate():
        return humanize_datetime(local)
    return _("a las %(time)s") % {"time": formats.date_format(local, "G:i")}


def time_left(moment: datetime) -> str:
    """Return "23 horas" or "48 minutos", rounded down, in the active language."""
    return timeuntil(moment, depth=1)
