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

from foundation.text import clean_code

CODE_LENGTH = 4
PIN_LENGTH = 3
_SEPARATORS = re.compile(r"[\s.\-]+")
_ALPHABET = re.compile(r"[A-Z2-7]*")
KEY_BYTES = 32


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
    """Parse the app's code as people copy it; raise ``ValidationError``."""
    return _parse(
        text,
        CODE_LENGTH,
        _("El código tiene 4 caracteres. Cópialo tal como sale en la APP"),
        _("El código solo lleva letras de la A a la Z y números del 2 al 7. Cópialo otra vez"),
    )


def parse_pin(text: str) -> str:
    """Parse a PIN as people copy it; raise ``ValidationError``."""
    return _parse(
        text,
        PIN_LENGTH,
        _("El PIN tiene 3 caracteres. Cópialo tal como sale"),
        _("El PIN solo lleva letras de la A a la Z y números del 2 al 7. Cópialo otra vez"),
    )


def compact(text: str) -> str:
    """Return the text in capitals, without spaces, dots or hyphens."""
    return _SEPARATORS.sub("", clean_code(text)).upper()


def _parse(text: str, length: int, wrong_length: str, wrong_alphabet: str) -> str:
    typed = compact(text)
    if len(typed) != length:
        raise ValidationError(wrong_length, code="length")
    if not _ALPHABET.fullmatch(typed):
        raise ValidationError(wrong_alphabet, code="alphabet")
    return typed
