"""Signed tokens verify against the published keys, which reveal nothing of the private one."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from traceback import format_exception

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from foundation.signing import public_jwks, sign, signing_key

CLAIMS = {"iss": "tramites", "aud": "dgt", "sub": "12345678Z"}
PASSWORD = b"clandestine"


def pem(key: PrivateKeyTypes, protection: serialization.KeySerializationEncryption | None = None) -> str:
    """Return the key as the setting holds it."""
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        protection or serialization.NoEncryption(),
    )
    return base64.b64encode(text).decode()


def a_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def thumbprint(jwk: dict[str, str]) -> str:
    """RFC 7638: the required members, sorted by name, without whitespace."""
    text = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return base64.urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


def test_what_is_published_is_the_public_key_and_nothing_more() -> None:
    (key,) = public_jwks()["keys"]
    assert {name: key[name] for name in ("kty", "crv", "use", "alg")} == {
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": "ES256",
    }
    assert set(key) == {"kty", "crv", "use", "alg", "x", "y", "kid"}
    private = signing_key().private.private_numbers().private_value.to_bytes(32, "big")
    assert base64.urlsafe_b64encode(private).decode().rstrip("=") not in json.dumps(public_jwks())


def test_a_keys_id_is_its_thumbprint() -> None:
    (key,) = public_jwks()["keys"]
    assert key["kid"] == signing_key().key_id == thumbprint(key)


def test_a_coordinate_that_begins_with_zeros_keeps_its_length(settings: Settings) -> None:
    """RFC 7518, 6.2.1.2: 32 bytes, always."""
    keys = (ec.derive_private_key(number, ec.SECP256R1()) for number in range(1, 10_000))
    settings.CONNECTOR_SIGNING_KEY = pem(next(key for key in keys if key.public_key().public_numbers().x >> 248 == 0))
    (key,) = public_jwks()["keys"]
    assert (len(key["x"]), len(key["y"])) == (43, 43)
    assert key["kid"] == thumbprint(key)


def test_a_token_is_verified_with_the_published_key_that_it_names() -> None:
    token = sign(CLAIMS)
    header = jwt.get_unverified_header(token)
    assert header == {"alg": "ES256", "typ": "JWT", "kid": signing_key().key_id}
    (key,) = [jwk for jwk in jwt.PyJWKSet.from_dict(public_jwks()).keys if jwk.key_id == header["kid"]]
    assert jwt.decode(token, key, algorithms=["ES256"], audience="dgt") == CLAIMS


def test_a_token_of_another_key_is_not_verified(settings: Settings) -> None:
    published = jwt.PyJWKSet.from_dict(public_jwks()).keys[0]
    settings.CONNECTOR_SIGNING_KEY = pem(a_key())
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(sign(CLAIMS), published, algorithms=["ES256"], audience="dgt")


WRONG: dict[str, Callable[[], str]] = {
    "nothing": str,
    "no base64": lambda: PASSWORD.decode(),
    "no ASCII": lambda: "ñ",
    "no key": lambda: base64.b64encode(PASSWORD).decode(),
    "half a key": lambda: pem(a_key())[:100],
    "a public key": lambda: base64.b64encode(
        a_key().public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).decode(),
    "a key that wants a password": lambda: pem(a_key(), serialization.BestAvailableEncryption(PASSWORD)),
    "another curve": lambda: pem(ec.generate_private_key(ec.SECP384R1())),
    "RSA": lambda: pem(rsa.generate_private_key(65537, 2048)),
    "Ed25519": lambda: pem(ed25519.Ed25519PrivateKey.generate()),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_a_setting_that_is_no_such_key_is_named_and_nothing_of_it_is_told(
    settings: Settings, make: Callable[[], str]
) -> None:
    settings.CONNECTOR_SIGNING_KEY = make()
    with pytest.raises(ImproperlyConfigured, match=r"^CONNECTOR_SIGNING_KEY ") as refused:
        signing_key()
    assert PASSWORD.decode() not in "".join(format_exception(refused.value))
