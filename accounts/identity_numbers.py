"""DNI and NIE: read as people type them, checked, masked.

Source: Orden INT/2058/2008 (check letter); AEPD's guidance on masking in publications; Cl@ve accepts neither K/L/M
NIFs nor companies' ones. ``python-stdnum`` is the authority on the letters.
"""

import re
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.es import dni, nie

from foundation.text import clean_code

IdentityKind = Literal["dni", "nie"]

_SEPARATORS = re.compile(r"[\s.\-_/·]+")
_DNI = re.compile(r"([0-9]{1,8})([A-Z])")
_NIE = re.compile(r"([XYZ])([0-9]{1,7})([A-Z])")
_SPECIAL_NIF = re.compile(r"[KLM][0-9]{7}[A-Z]")
_COMPANY = re.compile(r"[ABCDEFGHJNPQRSUVW][0-9]{7}[0-9A-J]")


@dataclass(frozen=True)
class IdentityNumber:
    """A checked number in its compact form: ``12345678Z``, ``X1234567L``."""

    value: str
    kind: IdentityKind

    @property
    def masked(self) -> str:
        return mask(self.value)


def parse_identity_number(text: str) -> IdentityNumber:
    """Read a DNI or NIE; raises ``ValidationError`` with a sentence that says what to correct."""
    compact = _SEPARATORS.sub("", clean_code(text)).upper()
    if match := _DNI.fullmatch(compact):
        return _checked_dni(match[1].zfill(8), match[2])
    if match := _NIE.fullmatch(compact):
        return _checked_nie(match[1] + match[2].zfill(7), match[3])
    raise ValidationError(_why_unreadable(compact))


def mask(number: str) -> str:
    """As the AEPD recommends: ``***4567**`` for a DNI, ``****4567*`` for a NIE."""
    return f"***{number[3:7]}**" if number[:1].isdigit() else f"****{number[4:8]}*"


def _checked_dni(digits: str, letter: str) -> IdentityNumber:
    right = dni.calc_check_digit(digits)
    if letter != right:
        raise ValidationError(
            _("La letra del DNI no es correcta: %(digits)s lleva la %(letter)s"),
            code="letter",
            params={"digits": digits, "letter": right},
        )
    return IdentityNumber(digits + letter, "dni")


def _checked_nie(body: str, letter: str) -> IdentityNumber:
    right = nie.calc_check_digit(body)
    if letter != right:
        raise ValidationError(
            _("La letra final del NIE no es correcta: %(digits)s lleva la %(letter)s"),
            code="letter",
            params={"digits": body, "letter": right},
        )
    return IdentityNumber(body + letter, "nie")


def _why_unreadable(compact: str) -> str:
    if _SPECIAL_NIF.fullmatch(compact):
        return _("Los NIF que empiezan por K, L o M no se pueden registrar en Cl@ve. Usa un DNI o un NIE")
    if _COMPANY.fullmatch(compact):
        return _("Ese es el NIF de una empresa o entidad. Cl@ve PIN es solo para personas: escribe un DNI o un NIE")
    if compact.isascii() and compact.isdigit():
        return _("Falta la letra. Escribe el DNI completo, por ejemplo 12345678Z")
    return _("Escribe un DNI (8 números y una letra, como 12345678Z) o un NIE (como X1234567L)")
