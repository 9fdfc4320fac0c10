"""How long a procedure takes, in words that a person would use."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

AT_ONCE_MS = 2_000
EXACT_SECONDS = 10
"""Up to so many seconds each is told; beyond, fives are."""
STEP_SECONDS = 5
LONGEST_SECONDS = 30
MINUTE_SECONDS = 60


def bucket(milliseconds: int) -> tuple[str, int]:
    """What is said of a time, whatever the language: its unit and how many of it; times that differ less are one."""
    if milliseconds < AT_ONCE_MS:
        return "at_once", 0
    seconds = round(milliseconds / 1000)
    if seconds > EXACT_SECONDS:
        seconds = -(-seconds // STEP_SECONDS) * STEP_SECONDS
    if seconds <= LONGEST_SECONDS:
        return "seconds", seconds
    if seconds < MINUTE_SECONDS:
        return "less_than_a_minute", 0
    return "minutes", round(seconds / MINUTE_SECONDS)


def in_words(milliseconds: int) -> str:
    """ "Unos 4 segundos"."""
    unit, count = bucket(milliseconds)
    match unit:
        case "at_once":
            return _("Al momento")
        case "less_than_a_minute":
            return _("Menos de un minuto")
        case "seconds":
            return ngettext("Alrededor de %(count)d segundo", "Unos %(count)d segundos", count) % {"count": count}
    return ngettext("Alrededor de %(count)d minuto", "Unos %(count)d minutos", count) % {"count": count}


def nearly_always(milliseconds: int) -> str:
    """A sentence with the time within which nine in ten have their result."""
    seconds = max(-(-milliseconds // 1000), 1)
    if seconds <= MINUTE_SECONDS:
        said = ngettext(
            "Nueve de cada diez veces llega en %(count)d segundo o menos.",
            "Nueve de cada diez veces llega en %(count)d segundos o menos.",
            seconds,
        )
        return said % {"count": seconds}
    minutes = -(-seconds // MINUTE_SECONDS)
    said = ngettext(
        "Nueve de cada diez veces llega en %(count)d minuto o menos.",
        "Nueve de cada diez veces llega en %(count)d minutos o menos.",
        minutes,
    )
    return said % {"count": minutes}
