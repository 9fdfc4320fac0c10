"""Verification of Cl@ve's assertion, a signed JWT.

Every check must pass: ES256 signature by a key in Cl@ve's JWKS, audience, purpose, subject, validity period, and an id
never used before (``Validation.jti`` is unique).
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
"""Minimum interval between fetches triggered by an unknown key id."""


class AssertionRejected(Exception):
    """The assertion was not issued by Cl@ve for this person and purpose; the message names the failed check."""


class _ClaveKeys(jwt.PyJWKClient):
    """Cl@ve's public keys, fetched through the gateway and cached in this process."""

    def fetch_data(self) -> dict[str, Any]:
        """Fetch the JWKS, marking every key as ES256 so that PyJWT drops those of any other kind as unusable."""
        listed: Any = gateway().keys()["keys"]
        self._last_successful_fetch = time.monotonic()
        return {"keys": [{**key, "alg": "ES256"} for key in listed if isinstance(key, dict)]}


@lru_cache(maxsize=1)
def _keys_of(url: str) -> _ClaveKeys:
    return _ClaveKeys(url, lifespan=KEYS_LIFE_SECONDS, cooldown_duration=KEYS_PAUSE_SECONDS)


def forget_keys() -> None:
    """Drop the cached keys, so that the next assertion fetches them again."""
    _keys_of.cache_clear()


def verify_assertion(token: str, *, document_number: str, purpose: str) -> tuple[Identity, str]:
    """Return the identity stated in the assertion, and the assertion's id.

    Raise ``AssertionRejected``, or ``OutboundError`` when the keys cannot be fetched.
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
