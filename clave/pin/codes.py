"""Codes and PINs of Cl@ve PIN, and the access code that this portal assigns.

Source: clave.gob.es (PIN of 3 characters, code of 4); alphabet ``[A-Z2-7]``. None of them is ever stored: the access
code is derived from the validation's id, so that it can be shown again.
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
    """The code that Cl@ve shows beside the PIN in its SMS."""
    digest = hmac.digest(_key(settings.CODE_KEY), b"access-code:" + validation_id.bytes, hashlib.sha256)
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def parse_code(text: str) -> str:
    """The code of the app, as people copy it; raises ``ValidationError``."""
    code = _compact(text)
    if len(code) != CODE_LENGTH:
        raise ValidationError(_("El código tiene 4 caracteres. Cópialo tal como sale en la APP"), code="length")
    if not _ALPHABET.fullmatch(code):
        raise ValidationError(
            _("El código solo lleva letras de la A a la Z y números del 2 al 7. Cópialo otra vez"), code="alphabet"
        )
    return code


def parse_pin(text: str) -> str:
    """A PIN, as people copy it; raises ``ValidationError``."""
    pin = _compact(text)
    if len(pin) != PIN_LENGTH:
        raise ValidationError(_("El PIN tiene 3 caracteres. Cópialo tal como sale"), code="length")
    if not _ALPHABET.fullmatch(pin):
        raise ValidationError(
            _("El PIN solo lleva letras de la A a la Z y números del 2 al 7. Cópialo otra vez"), code="alphabet"
        )
    return pin


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", clean_code(text)).upper()
