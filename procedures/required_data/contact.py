"""E-mail addresses, bank accounts and postal addresses, parsed as people type them."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NotValid

from foundation.forms.identity_numbers import Refusal, parse_identity_number
from foundation.text import clean_code, compact_code

_WRAPPED = re.compile(r".*<([^<>]+)>")
_POSTAL_CODE = re.compile(r"(0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}")
SHORT_POSTAL_CODE, SPANISH_IBAN = 4, 24


def parse_email(text: str) -> str:
    """Return an e-mail address, taken out of ``Ana <ana@example.org>`` or ``mailto:``; raise ``ValidationError``."""
    typed = clean_code(text)
    if match := _WRAPPED.fullmatch(typed):
        typed = match[1]
    address = typed.removeprefix("mailto:").replace(" ", "").strip(".,;")
    EmailValidator(_("Escribe un correo electrónico, por ejemplo ana@ejemplo.es"))(address)
    return address


def parse_iban(text: str) -> str:
    """Return an IBAN without spaces, its control digits checked; raise ``ValidationError``."""
    account = compact_code(text).removeprefix("IBAN")
    if account.startswith("ES") and len(account) != SPANISH_IBAN:
        raise ValidationError(
            _("Un IBAN español tiene ES y 22 cifras, y has escrito %(count)d caracteres"),
            params={"count": len(account)},
        )
    try:
        return str(iban.validate(account))
    except NotValid as error:
        raise ValidationError(_("Ese IBAN no es correcto. Empieza por dos letras, como ES: cópialo entero")) from error


def parse_persons_number(text: str) -> str:
    """Return another person's DNI or NIE; raise ``ValidationError``."""
    try:
        return parse_identity_number(text).value
    except ValidationError as error:
        if error.code in (Refusal.SPECIAL, Refusal.COMPANY):
            raise ValidationError(_("Escribe el DNI o el NIE de una persona, como 12345678Z o X1234567L")) from error
        raise


def parse_postal_code(text: str) -> str:
    """Return five digits, also of a code whose leading zero was left out; raise ``ValidationError``."""
    typed = compact_code(text)
    code = typed.zfill(SHORT_POSTAL_CODE + 1) if len(typed) == SHORT_POSTAL_CODE else typed
    if not _POSTAL_CODE.fullmatch(code):
        raise ValidationError(_("Un código postal tiene 5 cifras, por ejemplo 28013"))
    return code
