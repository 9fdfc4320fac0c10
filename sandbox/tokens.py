"""Verification of the portal's bearer tokens: ES256 JWTs for one body, valid for at most five minutes."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import jwt

from sandbox.problems import Problem

ISSUER = "tramites"
LONGEST_LIFE = 300
LEEWAY = 30
KEYS_TIMEOUT = 3.0
KEYS_PATH = "/.well-known/jwks.json"
Fetch = Callable[[str], Any]


@dataclass(frozen=True)
class Bearer:
    """The person for whom the portal says it acts, with their registration level."""

    document_number: str
    level: str
    access: str
    """The access id, or empty if the portal does not send it."""


def fetch_json(url: str) -> Any:
    """Return the JSON at an HTTP or HTTPS URL; raise ``OSError`` or ``ValueError`` on failure."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("not an http address")
    direct = build_opener(ProxyHandler({}))  # ignore any proxies set in the environment
    with direct.open(url, timeout=KEYS_TIMEOUT) as answer:
        return json.loads(answer.read(1 << 20))


class PortalKeys:
    """A cache of the portal's public keys, fetched again for an unknown key id, one fetch at a time."""

    def __init__(self, portal_url: str, fetch: Fetch = fetch_json) -> None:
        self.url = portal_url.rstrip("/") + KEYS_PATH if portal_url else ""
        self.fetch = fetch
        self.by_id: dict[str, jwt.PyJWK] = {}
        self.lock = asyncio.Lock()
        self.thread = ThreadPoolExecutor(1, "portal-keys")

    async def find(self, key_id: str) -> jwt.PyJWK:
        """Return the key; raise ``Problem`` (503 if the portal's keys cannot be read, 401 if it has no such key)."""
        if key_id not in self.by_id:
            async with self.lock:
                if key_id not in self.by_id:
                    self.by_id = await self._fetched()
        if key_id not in self.by_id:
            raise _refused("La clave con que firma el portal no es suya.")
        return self.by_id[key_id]

    async def _fetched(self) -> dict[str, jwt.PyJWK]:
        try:
            jwks = await asyncio.get_running_loop().run_in_executor(self.thread, self.fetch, self.url)
            keys = [jwt.PyJWK(content, algorithm="ES256") for content in jwks["keys"]]
        except (OSError, URLError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            raise Problem(
                503, "unavailable", "El organismo no puede leer ahora las claves del portal.", retry_after=2
            ) from error
        return {key.key_id: key for key in keys if key.key_id}


async def believe(token: str, entity: str, keys: PortalKeys, *, trust: bool) -> Bearer:
    """Return the token's bearer; raise ``Problem`` (401, 503). With ``trust``, check the claims, not the signature."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise _refused("Falta el token del portal, o no se puede leer.") from error
    if header.get("alg") != "ES256":
        raise _refused("El token del portal no está firmado con ES256.")
    key = None if trust else (await keys.find(str(header.get("kid", "")))).key
    try:
        claims = jwt.decode(
            token,
            key or "",
            algorithms=["ES256"],
            audience=entity,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={
                "verify_signature": key is not None,
                "verify_aud": True,
                "verify_iss": True,
                "verify_exp": True,
                "verify_iat": True,
                "require": ["iss", "aud", "sub", "exp", "iat"],
                "strict_aud": True,
            },
        )
    except jwt.PyJWTError as error:
        raise _refused(f"El token del portal no vale: {type(error).__name__}.") from error
    return _bearer(claims)


def _bearer(claims: dict[str, Any]) -> Bearer:
    if claims["exp"] - claims["iat"] > LONGEST_LIFE:
        raise _refused("El token del portal vale para demasiado tiempo.")
    if claims.get("level") not in ("basic", "advanced") or not claims["sub"]:
        raise _refused("Al token del portal le falta la persona o su nivel.")
    return Bearer(claims["sub"], claims["level"], str(claims.get("access", "")))


def _refused(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail)
