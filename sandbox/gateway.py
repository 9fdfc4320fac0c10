"""Cl@ve's gateway (``docs/contracts/gateway.yaml``): PINs by SMS, verifications, keys and recorded operations."""

import hmac
import re
from typing import Any
from uuid import uuid4

from sandbox.assertions import assertion, keys
from sandbox.clock import iso
from sandbox.fingerprints import fingerprint
from sandbox.ledger import key_of
from sandbox.people import BY_NUMBER, Person
from sandbox.phones import CODE_LENGTH, PIN_LENGTH, PIN_LIFE, AppPin, random_text, receive_pin
from sandbox.problems import Problem
from sandbox.wire import Request, Response, as_json
from sandbox.world import SmsRequest, World

CODE = re.compile(rf"[A-Z2-7]{{{CODE_LENGTH}}}")
PIN = re.compile(rf"[A-Z2-7]{{{PIN_LENGTH}}}")
CONTRASTS = ("issue_date", "expiry_date", "support_number")
RESEND_AFTER = 60
KEPT_REQUESTS = 50_000


async def request_sms(world: World, request: Request) -> Response:
    """Handle ``POST /v1/sms-requests``."""
    content = _content(world, request)
    key = key_of(request)

    async def act() -> Response:
        person = _contrasted(content)
        _refuse_blocked(world, person)
        asked = SmsRequest(uuid4().hex, person, content["code"], random_text(PIN_LENGTH), world.clock.now() + PIN_LIFE)
        world.sms_requests[asked.request_id] = asked
        if len(world.sms_requests) > KEPT_REQUESTS:
            world.sms_requests.popitem(last=False)
        return _send(world, asked)

    _require(isinstance(content.get("document_number"), str), "document_number")
    _require(bool(CODE.fullmatch(_text(content, "code"))), "code")
    contrast = content.get("contrast")
    _require(isinstance(contrast, dict) and contrast.get("kind") in CONTRASTS, "contrast.kind")
    _require(isinstance(contrast, dict) and isinstance(contrast.get("value"), str), "contrast.value")
    return await world.operations.once(key, fingerprint(request.path, content), act)


async def resend_sms(world: World, request: Request, request_id: str) -> Response:
    """Handle ``POST /v1/sms-requests/{request_id}/resends``: send the same code and PIN in a new SMS."""
    content = _content(world, request, may_be_empty=True)

    async def act() -> Response:
        asked = _live_request(world, request_id)
        _refuse_blocked(world, asked.person)
        return _send(world, asked)

    return await world.operations.once(key_of(request), fingerprint(request.path, content), act)


async def verify(world: World, request: Request) -> Response:
    """Handle ``POST /v1/verifications``."""
    content = _content(world, request)
    key = key_of(request)
    _require(content.get("method") in ("sms", "pin_app"), "method")
    _require(bool(PIN.fullmatch(_text(content, "pin"))), "pin")
    _require(0 < len(_text(content, "purpose")) <= 200, "purpose")
    by_sms = content["method"] == "sms"
    for name in ("request_id",) if by_sms else ("document_number", "code"):
        _require(bool(_text(content, name)), name)

    async def act() -> Response:
        world.effects.verifications += 1
        person = _by_sms(world, content) if by_sms else _by_app(world, content)
        world.wrong_tries.pop(person.document_number, None)
        return as_json(200, assertion(person, content["purpose"], world.clock))

    return await world.operations.once(key, fingerprint(request.path, content), act)


async def recorded(world: World, request: Request, key: str) -> Response:
    """Handle ``GET /v1/operations/{idempotency_key}``."""
    _authorize(world, request)
    return await world.operations.recorded(key)


async def public_keys(world: World, request: Request) -> Response:
    """Handle ``GET /v1/keys``."""
    _authorize(world, request)
    return as_json(200, keys())


def _by_sms(world: World, content: dict[str, Any]) -> Person:
    asked = _live_request(world, content["request_id"])
    _refuse_blocked(world, asked.person)
    if not hmac.compare_digest(asked.pin, content["pin"]):
        asked.tries_left -= 1
        raise _wrong_pin(world, asked.person, asked.tries_left)
    asked.used = True
    return asked.person


def _by_app(world: World, content: dict[str, Any]) -> Person:
    person = _registered(content["document_number"])
    _refuse_blocked(world, person)
    made = _shown(world, person, content["code"])
    if made is None:
        raise _wrong_pin(world, person, 4)
    if made.used or made.expires_at <= world.clock.now() or not made.tries_left:
        raise Problem(410, "expired", "Ese código y PIN ya se han usado o han caducado.")
    if not hmac.compare_digest(made.pin, content["pin"]):
        made.tries_left -= 1
        raise _wrong_pin(world, person, made.tries_left)
    made.used = True
    return person


def _shown(world: World, person: Person, code: str) -> AppPin | None:
    """Return the newest code and PIN pair with this code that the person's app has shown, or None."""
    pins = reversed(world.phones[person.document_number].app_pins)
    return next((made for made in pins if made.code == code), None)


def _wrong_pin(world: World, person: Person, tries_left: int) -> Problem:
    world.wrong_try(person)
    return Problem(422, "wrong-pin", "El PIN no es correcto.", tries_left=max(tries_left, 0))


def _live_request(world: World, request_id: str) -> SmsRequest:
    asked = world.sms_requests.get(request_id)
    if asked is None or asked.used or not asked.tries_left or asked.expires_at <= world.clock.now():
        raise Problem(410, "expired", "Ese PIN ya se ha usado o ha caducado.")
    return asked


def _registered(document_number: str) -> Person:
    person = BY_NUMBER.get(document_number)
    if person is None or not person.registered:
        raise Problem(422, "not-registered", "Ese documento no consta en Cl@ve.")
    return person


def _contrasted(content: dict[str, Any]) -> Person:
    person = _registered(content["document_number"])
    contrast = content["contrast"]
    if person.contrast_kinds.get(contrast["kind"]) != contrast["value"]:
        raise Problem(422, "contrast-mismatch", "El dato de contraste no coincide con el que consta.")
    return person


def _refuse_blocked(world: World, person: Person) -> None:
    until = world.block_of(person)
    if until is not None:
        raise Problem(
            403, "blocked", "Demasiados intentos: Cl@ve está bloqueada para este documento.", until=iso(until)
        )


def _send(world: World, asked: SmsRequest) -> Response:
    """Send the SMS; a first request and a resend return the same response."""
    receive_pin(world.phones[asked.person.document_number], asked.code, asked.pin, world.clock)
    world.effects.sms_sent += 1
    content = {
        "request_id": asked.request_id,
        "phone_ending": asked.person.phone[-2:],
        "expires_at": iso(asked.expires_at),
        "resend_after": RESEND_AFTER,
    }
    return as_json(201, content)


def _authorize(world: World, request: Request) -> None:
    if not hmac.compare_digest(request.bearer.encode(), world.settings.token.encode()):
        raise Problem(401, "unauthorized", "Falta el token de Cl@ve, o no es el suyo.")


def _content(world: World, request: Request, *, may_be_empty: bool = False) -> dict[str, Any]:
    _authorize(world, request)
    key_of(request)
    if may_be_empty and not request.body:
        return {}
    try:
        content = request.json()
    except ValueError as error:
        raise Problem(400, "bad-request", "El cuerpo no es JSON.") from error
    if not isinstance(content, dict):
        raise Problem(400, "bad-request", "El cuerpo no es un objeto JSON.")
    return content


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _require(right: bool, name: str) -> None:
    if not right:
        raise Problem(400, "bad-request", f"El campo {name} falta o no es válido.")
