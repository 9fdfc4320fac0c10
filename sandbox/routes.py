"""Routes from paths to handlers, with the target and operation by which faults select calls."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sandbox import gateway
from sandbox.app import App
from sandbox.problems import Problem, not_found
from sandbox.web import control, face, files, phone_page
from sandbox.wire import Request, Response

Handler = Callable[..., Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """A path and its handler; faults name it by ``target`` and ``operation``. A body's target comes from the path."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    target: str = ""
    operation: str = ""


@dataclass(frozen=True)
class Call:
    """A matched route with the parameters from the path."""

    route: Route
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        return self.parts.get("entity", "") if self.route.target == "body" else self.route.target

    async def answer(self, app: App, request: Request) -> Response:
        return await self.route.handler(app, request, **self.parts)


async def _request_sms(app: App, request: Request) -> Response:
    return await gateway.request_sms(app.world, request)


async def _resend_sms(app: App, request: Request, request_id: str) -> Response:
    return await gateway.resend_sms(app.world, request, request_id)


async def _verify(app: App, request: Request) -> Response:
    return await gateway.verify(app.world, request)


async def _keys(app: App, request: Request) -> Response:
    return await gateway.public_keys(app.world, request)


async def _recorded(app: App, request: Request, key: str) -> Response:
    return await gateway.recorded(app.world, request, key)


async def _run(app: App, request: Request, entity: str, slug: str) -> Response:
    return await app.connector.run(request, entity, slug)


async def _status(app: App, request: Request, entity: str, slug: str, job: str) -> Response:
    return await app.connector.status(request, entity, slug, job)


def _route(method: str, path: str, handler: Handler, target: str = "", operation: str = "") -> Route:
    return Route(method, re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path)), handler, target, operation)


ROUTES = (
    _route("POST", "/v1/sms-requests", _request_sms, "clave", "sms-requests"),
    _route("POST", "/v1/sms-requests/<request_id>/resends", _resend_sms, "clave", "sms-requests"),
    _route("POST", "/v1/verifications", _verify, "clave", "verifications"),
    _route("GET", "/v1/keys", _keys, "clave", "keys"),
    _route("GET", "/v1/operations/<key>", _recorded, "clave", "operations"),
    _route("POST", "/bodies/<entity>/<slug>", _run, "body", "run"),
    _route("GET", "/bodies/<entity>/<slug>/status/<job>", _status, "body", "status"),
    _route("GET", "/api/people", control.people),
    _route("GET", "/api/phones/<number>/messages", control.messages),
    _route("POST", "/api/phones/<number>/app-pin", control.app_pin),
    _route("GET", "/api/faults", control.faults),
    _route("PUT", "/api/faults", control.put_faults),
    _route("GET", "/api/effects", control.effects),
    _route("POST", "/api/reset", control.reset),
    _route("GET", "/api/authority", control.authority),
    _route("GET", "/", face.face),
    _route("POST", "/fallos/", face.preset),
    _route("GET", "/phones/", phone_page.phones),
    _route("GET", "/phones/<number>/", phone_page.phone),
    _route("POST", "/phones/<number>/pin/", phone_page.new_pin),
    _route("GET", "/csv/<csv>", face.verification),
    _route("GET", "/csv/<csv>/archivo", face.verified_file),
    _route("GET", "/static/<name>", files.static),
    _route("GET", "/redirected", control.redirected),
)
EXACT = {
    route.pattern.pattern: route for route in ROUTES if route.method == "POST" and "(" not in route.pattern.pattern
}
"""The paths that take most of the load, looked up without scanning ``ROUTES``."""


def find(request: Request) -> Call:
    """Return the call that matches the request; raise ``Problem`` (404 or 405) when none does."""
    exact = EXACT.get(request.path)
    if exact is not None and exact.method == request.method:
        return Call(exact)
    allowed = []
    method = "GET" if request.method == "HEAD" else request.method
    for route in ROUTES:
        matched = route.pattern.fullmatch(request.path)
        if matched is None:
            continue
        if route.method == method:
            return Call(route, matched.groupdict())
        allowed.append(route.method)
    if allowed:
        raise Problem(405, "method-not-allowed", f"Aquí solo vale {' o '.join(allowed)}.")
    raise not_found()
