"""Cl@ve's assertion: a JWT that is accepted only when everything about it holds.

Signature (ES256, by a key of Cl@ve's JWKS), audience, purpose, subject, times, and an id that was never seen before
(kept unique by ``Validation.jti``).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings

from clave.identity import Identity
from clave.pin.gateways import gateway

AUDIENCE = "tramites"
LEEWAY_SECONDS = 30
KEYS_LIFE_SECONDS = 3600
KEYS_PAUSE_SECONDS = 5
"""A key id that is not known has the keys fetched again, at most this often."""


class AssertionRejected(Exception):
    """The assertion is not one of Cl@ve's for this person and purpose; the message says which check failed."""


class _ClaveKeys(jwt.PyJWKClient):
    """Cl@ve's public keys, fetched through the gateway and kept in this process."""

    def fetch_data(self) -> dict[str, Any]:
        """Fetch them; as keys of ES256, so that those of any other kind are dropped as unusable."""
        listed: Any = gateway().keys()["keys"]
        self._last_successful_fetch = time.monotonic()
        return {"keys": [{**key, "alg": "ES256"} for key in listed if isinstance(key, dict)]}


@lru_cache(maxsize=1)
def _keys_of(url: str) -> _ClaveKeys:
    return _ClaveKeys(url, lifespan=KEYS_LIFE_SECONDS, cooldown_duration=KEYS_PAUSE_SECONDS)


def forget_keys() -> None:
    """Have the next assertion fetch Cl@ve's keys again."""
    _keys_of.cache_clear()


def verify_assertion(token: str, *, document_number: str, purpose: str) -> tuple[Identity, str]:
    """Return the identity that the assertion proves, and the assertion's id.

    Raise ``AssertionRejected``, or ``OutboundError`` when the keys could not be fetched.
    """
    with _rejected_as("unreadable"):
        key_id = str(jwt.get_unverified_header(token).get("kid", ""))
    with _rejected_as("key"):
        key = _keys_of(settings.CLAVE_URL).get_signing_key(key_id)
    with _rejected_as():
        claims = jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            audience=AUDIENCE,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "jti", "aud"], "strict_aud": True},
        )
    return _identity(claims, document_number, purpose), claims["jti"]


@contextmanager
def _rejected_as(check: str = "") -> Iterator[None]:
    try:
        yield
    except (jwt.PyJWTError, UnicodeEncodeError) as error:
        raise AssertionRejected(check or type(error).__name__) from error


def _identity(claims: dict[str, Any], document_number: str, purpose: str) -> Identity:
    match claims:
        case {"sub": sub, "purpose": claimed} if sub != document_number or claimed != purpose:
            raise AssertionRejected("subject or purpose")
        case {
            "sub": str(sub),
            "purpose": str(),
            "given_name": str(given),
            "surnames": str(surnames),
            "level": "basic" | "advanced" as level,
            "jti": str(jti),
        } if 0 < len(jti) <= 128 and jti.isprintable():
            return Identity(sub, given, surnames, level)
    raise AssertionRejected("claims")
