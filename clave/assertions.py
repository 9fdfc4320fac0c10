"""Cl@ve's assertion: a JWT that is believed only when everything about it holds.

Signature (ES256, a key of Cl@ve's JWKS), audience, purpose, subject, times, and an id that was never seen before
(kept unique by ``Validation.jti``).
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import jwt
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clave.gateways.base import Gateway

AUDIENCE = "tramites"
LEEWAY_SECONDS = 30
KEYS_LIFE_SECONDS = 3600
KEYS_PAUSE_SECONDS = 5
"""An unknown key id asks for the keys again, and not more often than this."""


class NotBelieved(Exception):
    """The assertion is not one of Cl@ve's for this person and purpose; the message says which check failed."""


@dataclass(frozen=True)
class Identity:
    """What a validation proved."""

    document_number: str
    given_name: str
    surnames: str
    level: str

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surnames}".strip()

    def as_mapping(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any]) -> Self:
        return cls(**{name: str(content.get(name, "")) for name in cls.__dataclass_fields__})


LEVELS = {"basic": _("básico"), "advanced": _("avanzado")}


class KnownKeys:
    """Cl@ve's public keys, kept a while in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.source = ""
        self.read_at = 0.0
        self.by_id: dict[str, jwt.PyJWK] = {}

    def find(self, key_id: str, gateway: Gateway) -> jwt.PyJWK | None:
        """The key with this id, asking Cl@ve when it is not known or long known; raises ``GatewayError``."""
        with self.lock:
            age = time.monotonic() - self.read_at
            fresh = self.source == settings.CLAVE_URL and age < KEYS_LIFE_SECONDS
            if fresh and (key_id in self.by_id or age < KEYS_PAUSE_SECONDS):
                return self.by_id.get(key_id)
        read = _usable(gateway.keys())
        with self.lock:
            self.source, self.read_at, self.by_id = settings.CLAVE_URL, time.monotonic(), read
            return read.get(key_id)

    def forget(self) -> None:
        with self.lock:
            self.by_id, self.read_at, self.source = {}, 0.0, ""


known_keys = KnownKeys()


def _usable(jwks: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    usable = {}
    for content in jwks["keys"]:
        try:
            key = jwt.PyJWK(content, algorithm="ES256")
        except (jwt.PyJWTError, TypeError, AttributeError):
            continue
        if isinstance(key.key_id, str) and key.key_id:
            usable[key.key_id] = key
    return usable


def believe(token: str, *, document_number: str, purpose: str, gateway: Gateway) -> tuple[Identity, str]:
    """The identity that the assertion proves and its id; raises ``NotBelieved``, or ``GatewayError`` for the keys."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, UnicodeEncodeError) as error:
        raise NotBelieved("unreadable") from error
    key = known_keys.find(str(header.get("kid", "")), gateway)
    if key is None or header.get("alg") != "ES256":
        raise NotBelieved("key")
    try:
        claims = jwt.decode(
            token,
            key.key,
            algorithms=["ES256"],
            audience=AUDIENCE,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "jti", "aud"], "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise NotBelieved(type(error).__name__) from error
    return _identity(claims, document_number, purpose), claims["jti"]


def _identity(claims: dict[str, Any], document_number: str, purpose: str) -> Identity:
    match claims:
        case {"sub": sub, "purpose": claimed} if sub != document_number or claimed != purpose:
            raise NotBelieved("subject or purpose")
        case {
            "sub": str(sub),
            "purpose": str(),
            "given_name": str(given),
            "surnames": str(surnames),
            "level": "basic" | "advanced" as level,
            "jti": str(jti),
        } if 0 < len(jti) <= 128 and jti.isprintable():
            return Identity(sub, given, surnames, level)
    raise NotBelieved("claims")
