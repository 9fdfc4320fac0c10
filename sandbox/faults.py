"""Faults that tests and people can switch on: their kinds, their validation and the choice of which one applies.

Instead of the operation (which does not run): hang, reset, error, html, redirect, oversize, bad-json, rate-limited,
answer. After the operation (which runs, but its response is late or cut short): slow, truncated.
"""

import base64
import binascii
import random
from dataclasses import dataclass, field
from typing import Any, cast

from sandbox.problems import Problem
from sandbox.wire import Hang, Outcome, Reset, Response

ENTITIES = ("aeat", "tgss", "inss", "sepe", "dgt", "catastro", "justicia", "educacion", "ine")
TARGETS = ("clave", *ENTITIES, "*")
OPERATIONS = ("sms-requests", "verifications", "keys", "run", "status")
KINDS = (
    "slow",
    "hang",
    "reset",
    "error",
    "html",
    "truncated",
    "redirect",
    "oversize",
    "bad-json",
    "rate-limited",
    "answer",
)
OVERSIZE = 20 * 1024 * 1024
DEFAULT_SECONDS = {"slow": 3.0, "hang": 120.0, "rate-limited": 30.0}
MOST_FAULTS = 100


@dataclass
class Fault:
    """A configured fault; ``times`` is how many more times it applies (None: no limit)."""

    target: str
    fault: str
    operation: str | None = None
    seconds: float | None = None
    probability: float | None = None
    times: int | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def with_effect(self) -> bool:
        return self.fault in ("slow", "truncated")

    @property
    def wait(self) -> float:
        return DEFAULT_SECONDS.get(self.fault, 0.0) if self.seconds is None else self.seconds

    def matches(self, target: str, operation: str) -> bool:
        return self.target in (target, "*") and self.operation in (None, operation) and self.times != 0

    def as_json(self) -> dict[str, Any]:
        names = ("target", "operation", "fault", "seconds", "probability", "times", "status")
        shown = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if self.headers:
            shown["headers"] = self.headers
        if self.body is not None:
            shown["body_base64"] = base64.b64encode(self.body).decode()
        return shown

    def outcome(self) -> Outcome:
        """Return what the caller gets instead of the real response; not for faults ``with_effect``."""
        match self.fault:
            case "hang":
                return Hang(self.wait)
            case "reset":
                return Reset()
            case "redirect":
                location = {"Location": "/redirected"} | self.headers
                return Response(self.status or 302, headers=location, content_type="")
            case "oversize":
                body = b'{"title": "' + b"x" * OVERSIZE + b'"}'
                return Response(self.status or 200, body, headers=self.headers)
            case "bad-json":
                return Response(self.status or 200, b'{"title": "Sin cerrar", "sections": [', headers=self.headers)
            case "html":
                return Response(self.status or 200, HTML, "text/html; charset=utf-8", self.headers)
            case "answer":
                return self._exactly()
            case "rate-limited":
                return self._rate_limited()
        return Problem(self.status or 503, "unavailable", "El servicio no está disponible en este momento.").response()

    def _exactly(self) -> Response:
        return Response(self.status or 200, self.body or b"", "", self.headers)

    def _rate_limited(self) -> Response:
        seconds = max(1, round(self.wait))
        detail = "Demasiadas peticiones: espera un poco."
        return Problem(429, "rate-limited", detail, retry_after=seconds).response()


HTML = (
    "<!doctype html><html lang='es'><title>Mantenimiento</title><h1>Estamos de mantenimiento</h1>"
    "<p>Sandbox de Trámites: una página donde se esperaban datos.</p></html>"
).encode()


class Faults:
    """The active faults; the first one that matches and passes its probability check applies."""

    def __init__(self) -> None:
        self.listed: list[Fault] = []

    def replace(self, content: Any) -> None:
        """Replace the faults with those of ``PUT /api/faults``; raise ``Problem`` (400) and keep the old if invalid."""
        if not isinstance(content, list) or len(content) > MOST_FAULTS:
            raise _wrong(f"Se espera una lista de hasta {MOST_FAULTS} fallos.")
        self.listed = [_read(number, item) for number, item in enumerate(content)]

    def pick(self, target: str, operation: str) -> Fault | None:
        """Return the fault that applies to this call, if any, and decrement its ``times``."""
        for fault in self.listed:
            if not fault.matches(target, operation):
                continue
            if fault.probability is not None and random.random() >= fault.probability:  # noqa: S311 - not a secret
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None


def _wrong(detail: str) -> Problem:
    return Problem(400, "bad-request", detail)


def _read(number: int, item: Any) -> Fault:
    known = {
        "target",
        "operation",
        "fault",
        "seconds",
        "probability",
        "times",
        "status",
        "headers",
        "body_base64",
    }
    if not isinstance(item, dict) or not item.keys() <= known:
        raise _wrong(f"Fallo {number}: se espera un objeto con los campos {', '.join(sorted(known))}.")
    content = {key: value for key, value in item.items() if value is not None}
    checks: dict[str, bool] = {
        "target": content.get("target") in TARGETS,
        "fault": content.get("fault") in KINDS,
        "operation": content.get("operation", "run") in OPERATIONS,
        "seconds": _number(content.get("seconds", 0), 0, 3600),
        "probability": _number(content.get("probability", 1), 0, 1),
        "times": _whole(content.get("times", 1), 0, 1_000_000),
        "status": _whole(content.get("status", 200), 100 if content.get("fault") == "answer" else 200, 599),
        "headers": _headers(content.get("headers", {})),
    }
    for name, right in checks.items():
        if not right:
            raise _wrong(f"Fallo {number}: {name} no es válido.")
    encoded = content.pop("body_base64", None)
    return Fault(**cast(dict[str, Any], content), body=None if encoded is None else _decoded(number, encoded))


def _number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and _number(value, least, most)


def _headers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(text, str) and "\n" not in name + text and "\r" not in name + text for name, text in value.items()
    )


def _decoded(number: int, encoded: Any) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise _wrong(f"Fallo {number}: body_base64 no es base64.") from error
