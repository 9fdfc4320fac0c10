"""Liveness and readiness, for whoever runs the portal."""

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
SEEN_SECONDS = 1.0
"""How long what was seen is answered again: anybody may ask, and looking calls Cl@ve and writes a file."""


class NotReady(Exception):
    """What is looked at does not work."""


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether the database, cache, storage and gateway answer, each by name; 503 when one does not."""
    states = _states.get()
    well = all(state == "ok" for state in states.values())
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(states, status=status, headers={"Cache-Control": "no-store"})


def _state(name: str, look: Callable[[], None]) -> str:
    try:
        look()
    except Exception as error:  # noqa: BLE001  whatever a driver raises, the answer is "does not work"
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
        answer = send("GET", f"{settings.CLAVE_URL.rstrip('/')}/v1/keys", headers=headers, limits=limits)
    except OutboundError as error:
        raise NotReady from error
    if answer.status != HTTPStatus.OK:
        raise NotReady


LOOKS = {"database": _database, "cache": _cache, "storage": _storage, "gateway": _gateway}

_states = Refreshed(
    "the state of what is needed",
    lambda: {name: _state(name, look) for name, look in LOOKS.items()},
    max_age=lambda: SEEN_SECONDS,
)
