"""Parsing, checking and masking of DNI and NIE.

Sources: Orden INT/2058/2008 (check letter, computed by ``python-stdnum``); the AEPD's guidance on masking in
publications. Cl@ve accepts neither the NIF of companies nor those that begin with K, L or M.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.es import dni, nie

from foundation.text import compact_code

IdentityKind = Literal["dni", "nie"]

_DNI = re.compile(r"([0-9]{1,8})([A-Z])")
_NIE = re.compile(r"([XYZ])(?:0(?=[0-9]{7}[A-Z]))?([0-9]{1,7})([A-Z])")
"""Cards of before 2008 print eight digits, the first a 0."""
_SPECIAL_NIF = re.compile(r"[KLM][0-9]{7}[A-Z]")
_COMPANY = re.compile(r"[ABCDEFGHJNPQRSUVW][0-9]{7}[0-9A-J]")


class Refusal(StrEnum):
    """Codes of the ``ValidationError``."""

    LETTER = "letter"
    SPECIAL = "special"
    COMPANY = "company"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class IdentityNumber:
    """A valid number in its compact form: ``12345678Z``, ``X1234567L``."""

    value: str
    kind: IdentityKind

    @property
    def masked(self) -> str:
        return mask(self.value)


def parse_identity_number(text: str) -> IdentityNumber:
    """Parse a DNI or NIE as people write it; raises ``ValidationError``, whose message says what to correct."""
    compact = compact_code(text)
    if match := _DNI.fullmatch(compact):
        return _checked("dni", match[1].zfill(8), match[2])
    if match := _NIE.fullmatch(compact):
        return _checked("nie", match[1] + match[2].zfill(7), match[3])
    raise _unreadable(compact)


def mask(number: str) -> str:
    """Mask as the AEPD recommends: ``***4567**`` for a DNI, ``****4567*`` for a NIE."""
    return f"***{number[3:7]}**" if number[:1].isdigit() else f"****{number[4:8]}*"


def _checked(kind: IdentityKind, body: str, letter: str) -> IdentityNumber:
    if letter != (dni if kind == "dni" else nie).calc_check_digit(body):
        wrong = {
            "dni": _("Ese DNI no es correcto. Revisa el número y la letra"),
            "nie": _("Ese NIE no es correcto. Revisa el número y las letras"),
        }
        raise ValidationError(wrong[kind], code=Refusal.LETTER)
    return IdentityNumber(body + letter, kind)


def _unreadable(compact: str) -> ValidationError:
    if _SPECIAL_NIF.fullmatch(compact):
        sentence = _("Los NIF que empiezan por K, L o M no se pueden registrar en Cl@ve. Usa un DNI o un NIE")
        return ValidationError(sentence, code=Refusal.SPECIAL)
    if _COMPANY.fullmatch(compact):
        sentence = _("Ese es el NIF de una empresa o entidad. Cl@ve PIN es solo para personas: escribe un DNI o un NIE")
        return ValidationError(sentence, code=Refusal.COMPANY)
    if compact.isascii() and compact.isdigit():
        sentence = _("Falta la letra. Escribe el DNI completo, por ejemplo 12345678Z")
        return ValidationError(sentence, code=Refusal.UNREADABLE)
    sentence = _("Escribe un DNI (8 números y una letra, como 12345678Z) o un NIE (como X1234567L)")
    return ValidationError(sentence, code=Refusal.UNREADABLE)
