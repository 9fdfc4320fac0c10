"""Headers of every response."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

from tramites_site.errors import fill_method_not_allowed

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
PRIVATE = ("/accesos/", "/clave/", "/descargas/", "/usuarios/", "/dispositivo/", "/c/", "/gestion/")
"""Paths that search engines may not index."""


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Switch off browser features that no page uses, and keep personal paths out of search engines."""
    speculation_rules = _speculation_rules()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            fill_method_not_allowed(request, response)
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path.startswith(PRIVATE):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        elif speculation_rules and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Speculation-Rules"] = speculation_rules
        return response

    return middleware


def _speculation_rules() -> str:
    """Return the header that points to the public pages which a browser may prefetch; empty without static files."""
    try:
        return f'"{static("js/public.speculationrules")}"'
    except ValueError:  # they were not collected
        return ""
