"""Closes the portal for maintenance: one page for everybody, made without the database; health checks still work."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation

EXEMPT = ("/salud/",)
RETRY_AFTER_SECONDS = "300"


def maintenance(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return 503 while ``MAINTENANCE`` is set: to ``on``, or to a text that says until when."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.MAINTENANCE or request.path.startswith(EXEMPT):
            return get_response(request)
        until = "" if settings.MAINTENANCE == "on" else settings.MAINTENANCE
        with translation.override(translation.get_language_from_request(request)):
            content = loader.render_to_string("503.html", {"until": until})
        headers = {"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
        return HttpResponse(content, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)

    return middleware
