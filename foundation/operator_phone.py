"""The telephone number of the body that runs the portal, shown where something fails (``OPERATOR_PHONE``)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.checks import Error, register
from phonenumbers import PhoneNumberFormat, shortnumberinfo

COUNTRY = "ES"


@dataclass(frozen=True)
class OperatorPhone:
    """A number as a link, ``tel:+34910504060``, and as people read it, ``910 50 40 60``."""

    url: str
    text: str


@lru_cache(maxsize=8)
def parse_operator_phone(text: str) -> OperatorPhone | None:
    """Return the number, read as Spanish unless it begins with ``+``; None for what is no number.

    A short one such as 060 is dialled as it is: it has no international form.
    """
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        is_home = phonenumbers.region_code_for_number(number) == COUNTRY
        spoken = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
        url = phonenumbers.format_number(number, PhoneNumberFormat.RFC3966).replace("-", "")
        return OperatorPhone(url, phonenumbers.format_number(number, spoken))
    if shortnumberinfo.is_valid_short_number_for_region(number, COUNTRY):
        return OperatorPhone(f"tel:{text.strip()}", text.strip())
    return None


def operator_phone() -> OperatorPhone | None:
    """Return the operator's number; None while there is none."""
    return parse_operator_phone(settings.OPERATOR_PHONE)


@register("operator")
def check_operator_phone(**_options: Any) -> list[Error]:
    """Stop a start with a mistyped number: nobody would notice that it is missing from the pages."""
    if settings.OPERATOR_PHONE and operator_phone() is None:
        message = "OPERATOR_PHONE is no telephone number. Write it as 910 50 40 60, +33 1 23 45 67 89 or 060."
        return [Error(message, id="foundation.E001")]
    return []
