"""Cl@ve assertions: short-lived ES256 JWTs, signed with a key generated once per process."""

import json
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from sandbox.clock import Clock, iso
from sandbox.people import Person

ISSUER, AUDIENCE = "urn:clave:sandbox", "tramites"
LIFE = timedelta(minutes=2)


@cache
def signing_key() -> tuple[str, ec.EllipticCurvePrivateKey]:
    """Return the key id and private key of this process."""
    return f"clave-sandbox-{uuid4().hex[:8]}", ec.generate_private_key(ec.SECP256R1())


def assertion(person: Person, purpose: str, clock: Clock) -> dict[str, str]:
    """Return the response body of a successful verification: ``{assertion, valid_until}``."""
    key_id, key = signing_key()
    issued = clock.now()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": person.document_number,
        "given_name": person.given_name,
        "surnames": person.surnames,
        "level": person.level,
        "purpose": purpose,
        "jti": uuid4().hex,
        "iat": int(issued.timestamp()),
        "exp": int((issued + LIFE).timestamp()),
    }
    token = jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id})
    return {"assertion": token, "valid_until": iso(issued + LIFE)}


def keys() -> dict[str, list[dict[str, Any]]]:
    """Return the public key as a JWKS."""
    key_id, key = signing_key()
    public = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return {"keys": [public | {"kid": key_id, "use": "sig", "alg": "ES256"}]}
