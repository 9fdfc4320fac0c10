"""Cl@ve PIN's codes and PINs, and the access code assigned by this portal.

Source: clave.gob.es (3-character PIN, 4-character code); alphabet ``[A-Z2-7]``. None is ever stored: the access code is
derived from the validation's id, so it can be shown again.
"""

import base64
import hashlib
import hmac
import re
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext as _

from foundation.text import clean_code, compact_code

CODE_LENGTH = 4
PIN_LENGTH = 3
KEY_BYTES = 32
_ALPHABET = re.compile(r"[A-Z2-7]*")
_MISREAD = str.maketrans("018", "OIB")
"""Digits that no code has, and the letters that they were taken for."""
_WORDS = frozenset({"PIN", "SMS", "APP", "DNI", "NIE", "NIF", "TIE"})
MAX_MESSAGE, MESSAGE_WORDS = 1600, 4
"""Most characters of an SMS (ten parts); fewer words than this are a code that was typed wrongly, not a message."""


@lru_cache(maxsize=2)
def _key(encoded: str) -> bytes:
    key = base64.b64decode(encoded)
    if len(key) < KEY_BYTES:
        raise ImproperlyConfigured(f"CODE_KEY must be the base64 of {KEY_BYTES} bytes")
    return key


def access_code(validation_id: UUID) -> str:
    """Return the code that Cl@ve's SMS shows next to the PIN."""
    digest = hmac.digest(_key(settings.CODE_KEY), b"access-code:" + validation_id.bytes, hashlib.sha256)
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def parse_code(text: str) -> str:
    """Parse the app's code as people copy it, alone or with the words around it; raise ``ValidationError``."""
    return _parse(
        text,
        CODE_LENGTH,
        _("El código tiene 4 caracteres. Cópialo tal como sale en la APP"),
        _("El código solo lleva letras de la A a la Z y números del 2 al 7. Cópialo otra vez"),
    )


def parse_pin(text: str) -> str:
    """Parse a PIN as people copy it, alone or with its whole SMS; raise ``ValidationError``."""
    return _parse(
        text,
        PIN_LENGTH,
        _("El PIN tiene 3 caracteres. Cópialo tal como sale"),
        _("El PIN solo lleva letras de la A a la Z y números del 2 al 7. Cópialo otra vez"),
    )


def code_in_message(text: str) -> str:
    """Return the access code that a pasted SMS names, or ``""``."""
    return _named(clean_code(text)[:MAX_MESSAGE], CODE_LENGTH)


def _parse(text: str, length: int, wrong_length: str, wrong_alphabet: str) -> str:
    typed = compact_code(text)
    if len(typed) != length:
        typed = _in_message(text, length)
    if not typed:
        raise ValidationError(wrong_length, code="length")
    typed = typed.translate(_MISREAD)
    if not _ALPHABET.fullmatch(typed):
        raise ValidationError(wrong_alphabet, code="alphabet")
    return typed


def _in_message(text: str, length: int) -> str:
    """Return the code of this length in a message, or ``""``.

    It is in capitals, unlike the words around it, and stands after its name («tu PIN es X4B») or is the only one of its
    length.
    """
    message = clean_code(text)[:MAX_MESSAGE]
    if named := _named(message, length):
        return named
    found = set(re.findall(rf"(?<![A-Za-z0-9@])[A-Z2-7]{{{length}}}(?![A-Za-z0-9])", message)) - _WORDS
    return found.pop() if len(found) == 1 and len(message.split()) >= MESSAGE_WORDS else ""


def _named(message: str, length: int) -> str:
    match = _NAMED[length].search(message)
    return match[1] if match else ""


def _after_name(names: str, length: int) -> re.Pattern[str]:
    return re.compile(rf"(?i:\b(?:{names})(?: es| is)?)[ :=.\-\"'«»()]+([A-Z2-7]{{{length}}})(?![A-Za-z0-9])")


_NAMED = {PIN_LENGTH: _after_name("PIN", PIN_LENGTH), CODE_LENGTH: _after_name("C[OÓ]DIGO|CODE|CLAVE", CODE_LENGTH)}
