"""HTTP client for the sandbox that acts as the portal, a test or a browser."""

import time
from typing import Any
from uuid import uuid4

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec

TOKEN = "clave-token"
ANA, YASMIN, UNREGISTERED, BLOCKED, BASIC, EMPTY = (
    "12345678Z",
    "X1234567L",
    "67812345L",
    "71234568A",
    "78123456T",
    "05678901V",
)
CODE = "K7MB"
PORTAL_KEY = ec.generate_private_key(ec.SECP256R1())
INPUTS: dict[str, Any] = {
    "year": 2025,
    "purpose": "work",
    "period_from": "2024-01-01",
    "period_to": "2026-10-31",
    "date": "2020-05-05",
    "social_security_number": "281234567840",
    "plate": "1234 BBC",
    "report": "full",
    "cadastral_reference": "9872023VH5797S0001WX",
    "birth_date": "1987-09-02",
    "birth_place": "Madrid",
    "certificate": "literal",
}


def bearer(entity: str, document: str, *, key: Any = PORTAL_KEY, kid: str = "portal-1", **changed: Any) -> str:
    """Return the portal's token for one call, omitting any claim set to None."""
    now = int(time.time())
    claims = {
        "iss": "tramites",
        "aud": entity,
        "sub": document,
        "given_name": "Ana",
        "surnames": "García",
        "level": "advanced",
        "iat": now,
        "exp": now + 240,
    } | changed
    stated = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(stated, key, algorithm="ES256", headers={"kid": kid})


class Calls(requests.Session):
    """A session that resolves paths against the sandbox's URL."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.base = url
        self.trust_env = False

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        path = url.decode() if isinstance(url, bytes) else url
        options.setdefault("timeout", 10)
        return super().request(method, path if path.startswith("http") else self.base + path, *args, **options)

    def clave(self, path: str, content: Any, *, key: str = "", token: str = TOKEN) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or uuid4().hex}
        return self.post(path, json=content, headers=headers)

    def look(self, path: str) -> requests.Response:
        return self.get(path, headers={"Authorization": f"Bearer {TOKEN}"})

    def ask_sms(self, document: str = ANA, *, key: str = "", **changed: Any) -> requests.Response:
        """Request an SMS with the person's correct contrast datum, except for the fields overridden in ``changed``."""
        person: dict[str, Any] = next(
            (each for each in self.get("/api/people").json() if each["document_number"] == document), {}
        )
        kind = "support_number" if person.get("kind") == "nie" else "issue_date"
        contrast = {"kind": kind, "value": person.get(kind, "2020-01-01")}
        content = {"document_number": document, "contrast": contrast, "code": CODE} | changed
        return self.clave("/v1/sms-requests", content, key=key)

    def pin_of(self, document: str = ANA) -> str:
        return str(self.get(f"/api/phones/{document}/messages").json()[0]["pin"])

    def check_sms(self, request_id: str, pin: str, *, key: str = "") -> requests.Response:
        content = {"method": "sms", "request_id": request_id, "pin": pin, "purpose": "access:1"}
        return self.clave("/v1/verifications", content, key=key)

    def check_app(self, document: str, code: str, pin: str, *, key: str = "") -> requests.Response:
        content = {
            "method": "pin_app",
            "document_number": document,
            "code": code,
            "pin": pin,
            "purpose": "access:1",
        }
        return self.clave("/v1/verifications", content, key=key)

    def run(
        self,
        code: str,
        document: str = ANA,
        inputs: dict[str, Any] | None = None,
        *,
        key: str = "",
        token: str = "",
        **claims: Any,
    ) -> requests.Response:
        """Run a procedure with the given inputs, or with plausible ones if None."""
        entity = code.partition("/")[0]
        given = INPUTS | {"purpose": "generic" if entity == "aeat" else "work"} if inputs is None else inputs
        headers = {
            "Authorization": f"Bearer {token or bearer(entity, document, **claims)}",
            "Idempotency-Key": key or uuid4().hex,
        }
        return self.post(f"/bodies/{code}", json={"procedure": code, "inputs": given}, headers=headers)

    def status(self, url: str, entity: str, document: str = ANA) -> requests.Response:
        return self.get(url, headers={"Authorization": f"Bearer {bearer(entity, document)}"})

    def fail(self, target: str, fault: str, **options: Any) -> None:
        answer = self.put("/api/faults", json=[{"target": target, "fault": fault, **options}])
        assert answer.status_code == 200, answer.text

    def effects(self) -> dict[str, Any]:
        return dict(self.get("/api/effects").json())


def problem(answer: requests.Response) -> str:
    """Return the name of the problem in an answer."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    content = answer.json()
    assert content["status"] == answer.status_code
    return str(content["type"]).removeprefix("urn:tramites:problem:")


def wrong(pin: str) -> str:
    """Return a PIN different from this one."""
    return "AAA" if pin != "AAA" else "BBB"
