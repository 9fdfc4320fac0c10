"""Parsing of the contrast datum: a detail printed on the card, which only its holder has to hand.

DNI: issue date (or expiry date, depending on ``DNI_CONTRAST``); NIE: support number. Source: AEAT, device activation;
the first DNIs were issued in 1951.
"""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.forms.dates import parse_date
from foundation.text import compact_code

FIRST_DNI = date(1951, 1, 1)
_SUPPORT = re.compile(r"([EC])([0-9]{1,8})")
LAST_YEAR_OF_TWO_DIGITS = FIRST_DNI.year + 99
"""Two digits of a year are none before 1951, so that a date of validity typed as issue date is found to be future."""


def parse_support_number(text: str) -> str:
    """Return ``E`` (TIE) or ``C`` (EU certificate) and 8 digits, zero-padded; raise ``ValidationError``."""
    match = _SUPPORT.fullmatch(compact_code(text))
    if not match:
        raise ValidationError(
            _("Escribe un número de soporte válido: una E o una C y hasta 8 números, por ejemplo E12345678"),
            code="support",
        )
    return match[1] + match[2].zfill(8)


def parse_issue_date(text: str) -> date:
    """Parse the issue date of a DNI; raise ``ValidationError``."""
    issued = _parse_card_date(text)
    if issued > timezone.localdate():
        raise ValidationError(
            _("La fecha de expedición no puede ser futura. Mira que no sea la de validez"), code="future"
        )
    if issued < FIRST_DNI:
        raise ValidationError(_("Ningún DNI es anterior a 1951. Revisa el año"), code="too_old")
    return issued


def parse_expiry_date(text: str) -> date:
    """Parse the expiry date of a DNI (01/01/9999 if it is permanent); raise ``ValidationError``."""
    expires = _parse_card_date(text)
    if expires < FIRST_DNI:
        raise ValidationError(_("Ningún DNI es anterior a 1951. Revisa el año"), code="too_old")
    return expires


def _parse_card_date(text: str) -> date:
    return parse_date(text, years_ahead=LAST_YEAR_OF_TWO_DIGITS - timezone.localdate().year)
