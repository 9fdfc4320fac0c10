"""The portal closed on purpose: one page for everybody, made without the database, and health still answered."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation

OPEN = ("/salud/",)
RETRY_AFTER_SECONDS = "300"


def maintenance(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 503 while ``MAINTENANCE`` is on; its text says until when (``on`` says nothing)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.MAINTENANCE or request.path.startswith(OPEN):
            return get_response(request)
        until = "" if settings.MAINTENANCE == "on" else settings.MAINTENANCE
        with translation.override(translation.get_language_from_request(request)):
            content = loader.render_to_string("503.html", {"until": until})
        headers = {"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
        return HttpResponse(content, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)

    return middleware
