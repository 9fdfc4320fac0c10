"""Dates and times as people in Spain type or paste them, day first: the parsers of every form."""

import re
from datetime import date, time

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.text import clean_code

YEARS_AHEAD = 50
"""Two digits of a year that may be in the future mean one of the next 50 years or of the last 49."""
_BETWEEN = r"[\s/.,:_\-]+"
_YEAR = r"([0-9]{4}|[0-9]{2})"
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}{_YEAR}")
_NAMED_MONTH = re.compile(rf"([0-9]{{1,2}})(?:{_BETWEEN}|de\b)*([a-z]{{3,10}})(?:{_BETWEEN}|de\b)*{_YEAR}")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}})")
_DIGITS = re.compile(rf"([0-9]{{2}})([0-9]{{2}}){_YEAR}")
_HALF_SEPARATED = re.compile(rf"([0-9]{{2}})(?:{_BETWEEN})?([0-9]{{2}})(?:{_BETWEEN})?([0-9]{{4}})")
_DIGITS_YEAR_FIRST = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h ]+([0-9]{2})(?:[:.][0-9.]+)?)? ?h?", re.IGNORECASE)
_TIME_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})")
# fmt: off
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    "january", "february", "march", "april", "may", "june",
    "july", "august", "setiembre", "october", "november", "december",
)
# fmt: on
_EDGES = " /.,:_-"


def parse_date(text: str, *, years_ahead: int = 0) -> date:
    """Return the date; raise ``ValidationError`` (``format``, ``impossible``).

    Day, month and year with or without separators, the name of the month, or the year first as in ISO 8601. Two digits
    of a year mean one of the hundred years that end with ``last_year``, by default the current one.
    """
    typed = clean_code(text).strip(_EDGES).lower()
    last_year = timezone.localdate().year + years_ahead
    if match := _YEAR_FIRST.fullmatch(typed):
        return _date(match[1], match[2], match[3], last_year)
    if match := _DAY_FIRST.fullmatch(typed):
        return _date(match[3], match[2], match[1], last_year)
    if match := _DIGITS.fullmatch(typed) or _HALF_SEPARATED.fullmatch(typed):
        return _from_digits(match, last_year)
    if (match := _NAMED_MONTH.fullmatch(typed)) and (month := _month(match[2])):
        return _date(match[3], month, match[1], last_year)
    raise ValidationError(_("Escribe la fecha así: día/mes/año, por ejemplo 05/11/2021"), code="format")


def parse_time(text: str) -> time:
    """Return the time of day: ``9``, ``9:30``, ``9.30``, ``9h30``, ``0930``; raise ``ValidationError``."""
    typed = clean_code(text).strip(_EDGES)
    if match := _TIME_DIGITS.fullmatch(typed) or _TIME.fullmatch(typed):
        hour, minute = int(match[1]), int(match[2] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValidationError(_("Escribe la hora así: 9:30"), code="format")


def _from_digits(match: re.Match[str], last_year: int) -> date:
    """Read eight digits as ``ddmmyyyy``; where that is no date, as ``yyyymmdd``."""
    try:
        return _date(match[3], match[2], match[1], last_year)
    except ValidationError:
        if year_first := _DIGITS_YEAR_FIRST.fullmatch(match[0]):
            return _date(year_first[1], year_first[2], year_first[3], last_year)
        raise


def _month(name: str) -> str:
    """Return the number of a month that is named in Spanish or English, perhaps cut short; ``""`` if it is none."""
    return next((str(index % 12 + 1) for index, month in enumerate(_MONTHS) if month.startswith(name)), "")


def _date(year: str, month: str, day: str, last_year: int) -> date:
    whole_year = int(year) if len(year) == 4 else last_year - (last_year - int(year)) % 100
    try:
        return date(whole_year, int(month), int(day))
    except ValueError as error:
        raise ValidationError(_("Esa fecha no existe. Revisa el día y el mes"), code="impossible") from error
