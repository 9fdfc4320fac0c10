"""How long a procedure takes, in the words that a person would use."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

INSTANT_MS = 2_000
EXACT_SECONDS, STEP_SECONDS = 10, 5
"""Times are exact up to the first, and rounded up to multiples of the second beyond."""
MAX_SECONDS = 30
MINUTE_SECONDS = 60


def bucket(milliseconds: int) -> tuple[str, int]:
    """Return the unit and the count that describe a time in any language; similar times share a bucket."""
    if milliseconds < INSTANT_MS:
        return "instant", 0
    seconds = round(milliseconds / 1000)
    if seconds > EXACT_SECONDS:
        seconds = -(-seconds // STEP_SECONDS) * STEP_SECONDS
    if seconds <= MAX_SECONDS:
        return "seconds", seconds
    if seconds < MINUTE_SECONDS:
        return "less_than_a_minute", 0
    return "minutes", round(seconds / MINUTE_SECONDS)


def humanize_duration(milliseconds: int) -> str:
    """Return "Unos 4 segundos", in the language in use."""
    unit, count = bucket(milliseconds)
    match unit:
        case "instant":
            return _("Al momento")
        case "less_than_a_minute":
            return _("Menos de un minuto")
        case "seconds":
            return ngettext("Alrededor de %(count)d segundo", "Unos %(count)d segundos", count) % {"count": count}
    return ngettext("Alrededor de %(count)d minuto", "Unos %(count)d minutos", count) % {"count": count}


def humanize_p90(milliseconds: int) -> str:
    """Return a sentence with the time within which nine in ten people have their result."""
    seconds = max(-(-milliseconds // 1000), 1)
    if seconds <= MINUTE_SECONDS:
        sentence = ngettext(
            "Nueve de cada diez veces llega en %(count)d segundo o menos.",
            "Nueve de cada diez veces llega en %(count)d segundos o menos.",
            seconds,
        )
        return sentence % {"count": seconds}
    minutes = -(-seconds // MINUTE_SECONDS)
    sentence = ngettext(
        "Nueve de cada diez veces llega en %(count)d minuto o menos.",
        "Nueve de cada diez veces llega en %(count)d minutos o menos.",
        minutes,
    )
    return sentence % {"count": minutes}


def humanize_elapsed(seconds: int) -> str:
    """Return "12 segundos" or "2 min 5 s": an exact time, to be compared with a usual one."""
    if seconds < MINUTE_SECONDS:
        return ngettext("%(count)d segundo", "%(count)d segundos", seconds) % {"count": seconds}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}
