"""What editors may write as ``minimum``, ``maximum`` and ``default`` of a required datum, and its value today.

A year: a number, or years from the current one (``-5``, ``0``, ``+1``). A date or period: ISO 8601, ``today``, or
years from today (``-5y``). A text: its length in characters. A number; an amount, with a point before its cents. Each
function returns ``default`` for an empty text, and raises ``ValueError`` for anything that it cannot read.
"""

import re
from datetime import date
from decimal import Decimal

from django.utils import timezone

FIRST_YEAR, LAST_YEAR = 1900, 2200
FIRST_DATE = date(FIRST_YEAR, 1, 1)
MAX_TEXT_LENGTH, DEFAULT_TEXT_LENGTH = 2000, 200
NUMBERS = 0, 10**12 - 1
AMOUNTS = Decimal(0), Decimal("999999999999.99")
"""The least and the most where no bound is written."""
_YEAR = re.compile(r"[0-9]{4}")
_YEARS_FROM_NOW = re.compile(r"0|[+-][0-9]{1,3}")
_DATE_FROM_NOW = re.compile(r"([+-][0-9]{1,3})y")
_LENGTH = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,11}")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,2})?")


def read_year(text: str, default: int) -> int:
    if not text:
        return default
    if _YEARS_FROM_NOW.fullmatch(text):
        return timezone.localdate().year + int(text)
    if _YEAR.fullmatch(text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    raise ValueError("not a year")


def read_date(text: str, default: date) -> date:
    today = timezone.localdate()
    if not text:
        return default
    if text == "today":
        return today
    if match := _DATE_FROM_NOW.fullmatch(text):
        year = today.year + int(match[1])
        return today.replace(year=year, day=min(today.day, 28)) if today.month == 2 else today.replace(year=year)
    return date.fromisoformat(text)


def read_length(text: str, default: int) -> int:
    if not text:
        return default
    if _LENGTH.fullmatch(text) and int(text) <= MAX_TEXT_LENGTH:
        return int(text)
    raise ValueError("not a length")


def read_number(text: str, default: int) -> int:
    if not text:
        return default
    if _NUMBER.fullmatch(text):
        return int(text)
    raise ValueError("not a number")


def read_amount(text: str, default: Decimal) -> Decimal:
    if not text:
        return default
    if _AMOUNT.fullmatch(text):
        return Decimal(text).quantize(Decimal("0.01"))
    raise ValueError("not an amount")
