import hmac
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from clave.identity import Identity
from clave.pin import assertions
from clave.pin.assertions import (
    KEYS_LIFE_SECONDS,
    KEYS_PAUSE_SECONDS,
    LEEWAY_SECONDS,
    AssertionRejected,
    forget_keys,
    verify_assertion,
)
from clave.pin.gateways.http import HttpGateway
from foundation.http.errors import NotSent
from tests.factories import ANA

NOW = 1_800_000_000
"""The frozen time of these tests: tokens are made during collection and must not have aged when checked."""
PURPOSE = "access:1"
KEY = ec.generate_private_key(ec.SECP256R1())


BROKEN: list[object] = [None, "one", 7, [], {}, {"kty": "oct", "k": "AAAA", "kid": "odd"}, {"kty": "EC", "kid": "one"}]
BROKEN_PARTS: list[dict[str, object]] = [
    {"kid": None},
    {"kid": ["one"]},
    {"kid": 1},
    {"x": "A"},
    {"x": 7},
    {"x": "A" * 43},
    {"crv": "P-384"},
    {"kty": "RSA"},
]


class Keys(HttpGateway):
    """A gateway that only serves keys, one good among several useless ones, and counts the requests."""

    def __init__(self) -> None:
        super().__init__("", "")
        self.asked = 0

    def keys(self) -> dict[str, object]:
        self.asked += 1
        public = {**ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one", "alg": "ES256"}
        return {"keys": [*BROKEN, *({**public, **broken} for broken in BROKEN_PARTS), public]}


@pytest.fixture(autouse=True)
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    """Install a gateway none of whose keys are cached yet."""
    keys = Keys()
    monkeypatch.setattr(assertions, "gateway", lambda: keys)
    with time_machine.travel(NOW, tick=False):
        forget_keys()
        yield keys
    forget_keys()


def verify(token: str) -> tuple[Identity, str]:
    return verify_assertion(token, document_number=ANA, purpose=PURPOSE)


def claims(**changes: Any) -> dict[str, Any]:
    now = NOW
    return {
        "aud": "tramites",
        "sub": ANA,
        "purpose": PURPOSE,
        "given_name": "Ana",
        "surnames": "García López",
        "level": "advanced",
        "jti": str(uuid4()),
        "iat": now,
        "exp": now + 120,
        **changes,
    }


def signed(content: dict[str, Any], key: Any = KEY, algorithm: str = "ES256", kid: str = "one") -> str:
    return jwt.encode(content, key, algorithm=algorithm, headers={"kid": kid})


def signed_with_the_public_key(content: dict[str, Any]) -> str:
    """Sign with the public key as an HMAC secret, which fools verifiers that trust the token's algorithm."""
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = jwt.encode(content, "s" * 40, algorithm="HS256", headers={"kid": "one"}).rpartition(".")[0]
    return f"{head}.{base64url_encode(hmac.digest(public, head.encode(), 'sha256')).decode()}"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in claims().items() if key != name}


def test_a_right_assertion_proves_the_identity() -> None:
    content = claims()
    identity, jti = verify(signed(content))
    assert (identity.document_number, identity.full_name, identity.level) == (ANA, "Ana García López", "advanced")
    assert jti == content["jti"]


@pytest.mark.parametrize(
    "token",
    [
        signed(claims(aud="other")),
        signed(claims(aud=["tramites", "other"])),
        signed(claims(sub="00000000T")),
        signed(claims(purpose="access:2")),
        signed(claims(exp=NOW - LEEWAY_SECONDS - 5)),
        signed(claims(iat=NOW + LEEWAY_SECONDS + 60)),
        signed(claims(level="root")),
        signed(claims(level="аdvanced")),
        signed(claims(level="ADVANCED")),
        signed(claims(level=None)),
        signed(claims(sub=ANA.lower())),
        signed(claims(jti="a\x00")),
        signed(claims(exp="soon")),
        signed(claims(jti="")),
        signed(claims(jti="x" * 129)),
        signed(without("jti")),
        signed(without("exp")),
        signed(without("aud")),
        signed(without("purpose")),
        signed(without("given_name")),
        signed(claims(), key=ec.generate_private_key(ec.SECP256R1())),
        signed(claims(), kid="two"),
        signed(claims(), kid="odd"),
        signed(claims(), key="s" * 40, algorithm="HS256"),
        signed_with_the_public_key(claims()),
        jwt.encode(claims(), "", algorithm="none", headers={"kid": "one"}),
        "not.a.token",
        "",
        "\ud800.a.b",
        "ñ.ñ.ñ",
        pytest.param("a" * 60_000, id="long"),
        signed(claims()) + "A",
    ],
)
def test_an_assertion_with_anything_wrong_is_rejected(token: str) -> None:
    with pytest.raises(AssertionRejected):
        verify(token)


def test_the_keys_are_asked_for_once(gateway: Keys) -> None:
    for _time in range(3):
        verify(signed(claims()))
    assert gateway.asked == 1


def test_an_unknown_key_does_not_make_us_ask_all_the_time(gateway: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(3):
        with pytest.raises(AssertionRejected):
            verify(signed(claims(), kid="two"))
    assert gateway.asked == 1
    let_pass(KEYS_PAUSE_SECONDS + 1, monkeypatch)
    with pytest.raises(AssertionRejected):
        verify(signed(claims(), kid="two"))
    assert gateway.asked == 2


def let_pass(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + seconds)


def test_old_keys_are_asked_for_again(gateway: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    verify(signed(claims()))
    let_pass(KEYS_LIFE_SECONDS + 1, monkeypatch)
    verify(signed(claims()))
    assert gateway.asked == 2


def test_what_is_no_key_set_proves_nothing(gateway: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    sets: list[list[object]] = [[], [None, 7, "key", []], BROKEN]
    for keys in sets:
        monkeypatch.setattr(gateway, "keys", lambda keys=keys: {"keys": keys})
        with pytest.raises(AssertionRejected):
            verify(signed(claims()))


def test_keys_that_cannot_be_fetched_reject_nothing(gateway: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "keys", HttpGateway("", "").keys)
    with pytest.raises(NotSent):
        verify(signed(claims()))
