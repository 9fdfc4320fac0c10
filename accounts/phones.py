"""Mobile numbers, which can receive Cl@ve's SMS.

Source: Plan nacional de numeración (mobiles begin with 6 or 71 to 74), as ``phonenumbers`` has it for every country.
"""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberType

from foundation.text import clean_code

MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def parse_mobile(text: str) -> str:
    """Return a mobile in E.164, read as Spanish unless it begins with ``+`` or ``00``; raises ``ValidationError``."""
    typed = clean_code(text)
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = phonenumbers.parse(typed, "ES")
    except phonenumbers.NumberParseException as error:
        raise ValidationError(
            _("Escribe un móvil, por ejemplo 612 345 678 o +33 6 12 34 56 78"), code="phone"
        ) from error
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(_("Ese número no existe. Escribe un móvil, por ejemplo 612 345 678"), code="phone")
    kind = phonenumbers.number_type(number)
    if kind not in MOBILE:
        raise ValidationError(
            _("Ese número no es un móvil: a un fijo no puede llegar el SMS. Escribe un móvil o déjalo en blanco"),
            code="landline",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
