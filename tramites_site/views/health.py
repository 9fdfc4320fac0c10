"""Liveness and readiness checks, for whoever runs the portal."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from foundation.http.errors import OutboundError
from foundation.http.outbound import RequestLimits, send
from foundation.refreshed import Refreshed

logger = logging.getLogger(__name__)

GATEWAY_SECONDS = 3.0
CACHE_SECONDS = 1.0
"""How long a result is reused: anybody may ask, and the checks call Cl@ve and write a file."""


class NotReady(Exception):
    """A service that the portal needs does not work."""


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer as long as this process can."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Return the state of database, cache, storage and gateway, each by name; 503 when one is down."""
    states = _states.get()
    healthy = all(state == "ok" for state in states.values())
    status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(states, status=status, headers={"Cache-Control": "no-store"})


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever a driver raises, the service is down
        logger.warning("Not ready: %s (%s)", name, type(error).__name__)
        return "down"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    value = secrets.token_hex(8)
    cache.set("health", value, 10)
    if cache.get("health") is None:
        raise NotReady


def _storage() -> None:
    documents = storages["documents"]
    name = documents.save(f"health/{secrets.token_hex(8)}", ContentFile(b"ok"))
    documents.delete(name)


def _gateway() -> None:
    limits = RequestLimits(connect=1, read=GATEWAY_SECONDS, total=GATEWAY_SECONDS)
    headers = {"Authorization": f"Bearer {settings.CLAVE_TOKEN}"}
    try:
        response = send("GET", f"{settings.CLAVE_URL.rstrip('/')}/v1/keys", headers=headers, limits=limits)
    except OutboundError as error:
        raise NotReady from error
    if response.status != HTTPStatus.OK:
        raise NotReady


CHECKS = {"database": _database, "cache": _cache, "storage": _storage, "gateway": _gateway}

_states = Refreshed(
    "readiness",
    lambda: {name: _state(name, check) for name, check in CHECKS.items()},
    max_age=lambda: CACHE_SECONDS,
)
