"""Moments in words, as pages show them."""

from datetime import datetime

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


def time_left(moment: datetime) -> str:
    """Return "23 horas" or "48 minutos", rounded down, in the active language."""
    return timeuntil(moment, depth=1)
