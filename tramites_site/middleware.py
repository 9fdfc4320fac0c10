"""Headers that every answer carries."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

from tramites_site.errors import explain_refused_method

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
PRIVATE = ("/accesos/", "/clave/", "/descargas/", "/usuarios/", "/dispositivo/", "/c/", "/gestion/")
"""Paths that no search engine may list."""


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Close what the pages do not use, and keep personal paths out of search engines."""

    likely_next = _likely_next()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            explain_refused_method(request, response)
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path.startswith(PRIVATE):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        elif likely_next and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Speculation-Rules"] = likely_next
        return response

    return middleware


def _likely_next() -> str:
    """Where it stands what a browser may fetch before it is tapped (public pages alone), as a header says it."""
    try:
        return f'"{static("js/public.speculationrules")}"'
    except ValueError:  # the static files were not collected
        return ""
