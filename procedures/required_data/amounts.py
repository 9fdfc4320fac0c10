"""Numbers and amounts of money as people in Spain type them: ``1.234,50 €``."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.text import clean_code

_WHOLE = r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:([.,'])[0-9]{3})(?:\3[0-9]{3})*)"
_NUMBER = re.compile(rf"{_WHOLE}(?:[.,]0{{1,2}})?")
_AMOUNT = re.compile(rf"{_WHOLE}(?:(?!\3)[.,]([0-9]{{1,2}}))?")
_CURRENCY = re.compile(r"€|\beuros?\b|\beur\b", re.IGNORECASE)
MAX_DIGITS = 12


def parse_number(text: str) -> int:
    """Return a whole number, its thousands perhaps apart; raise ``ValidationError``."""
    match = _NUMBER.fullmatch(_joined(text))
    if not match or len(match[2]) > MAX_DIGITS:
        raise ValidationError(_("Escribe un número sin decimales, por ejemplo 1234"), code="number")
    return int(match[1] + _digits(match[2]))


def parse_amount(text: str) -> Decimal:
    """Return euros with two decimals; raise ``ValidationError``.

    A point or comma before three digits parts thousands, since cents have two.
    """
    match = _AMOUNT.fullmatch(_joined(_CURRENCY.sub("", clean_code(text))))
    if not match or len(match[2]) > MAX_DIGITS:
        raise ValidationError(_("Escribe una cantidad en euros, por ejemplo 1234,50"), code="amount")
    cents = (match[4] or "").ljust(2, "0")
    return Decimal(f"{match[1]}{_digits(match[2])}.{cents}")


def _joined(text: str) -> str:
    return clean_code(text).replace(" ", "").replace("’", "'")


def _digits(whole: str) -> str:
    return re.sub(r"[.,']", "", whole)
