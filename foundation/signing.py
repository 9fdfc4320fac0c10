"""Tokens that the portal signs for the bodies' back ends (ES256; public keys at ``/.well-known/jwks.json``)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import ECAlgorithm

THUMBPRINT_MEMBERS = ("crv", "kty", "x", "y")
"""The members of an EC key that RFC 7638 hashes, in its order."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and its public JWK, whose ``kid`` is the RFC 7638 thumbprint."""

    private: ec.EllipticCurvePrivateKey
    public: Mapping[str, str]

    @property
    def key_id(self) -> str:
        return self.public["kid"]


@lru_cache(maxsize=2)
def _read(encoded: str) -> SigningKey:
    try:
        private = load_pem_private_key(base64.b64decode(encoded, validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: the key is encrypted
        raise ImproperlyConfigured("CONNECTOR_SIGNING_KEY is not the base64 of a PEM private key") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise ImproperlyConfigured("CONNECTOR_SIGNING_KEY is not a P-256 key")
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    members = {name: jwk[name] for name in THUMBPRINT_MEMBERS}
    digest = sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    key_id = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return SigningKey(private, {**members, "kid": key_id, "use": "sig", "alg": "ES256"})


def signing_key() -> SigningKey:
    """Return the key of the setting; raise ``ImproperlyConfigured`` when it is not a P-256 key."""
    return _read(settings.CONNECTOR_SIGNING_KEY)


def public_jwks() -> dict[str, list[dict[str, str]]]:
    """Return the content of ``/.well-known/jwks.json``."""
    return {"keys": [dict(signing_key().public)]}


def sign(claims: Mapping[str, Any]) -> str:
    """Return a JWT with these claims."""
    key = signing_key()
    return jwt.encode(dict(claims), key.private, algorithm="ES256", headers={"kid": key.key_id})
