"""Error pages: in the portal's design, each with a way on; that of 500 needs neither database nor context."""

import logging
import secrets
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from foundation.pages import Page, PortalRequest, Text, render_page

logger = logging.getLogger(__name__)

BARE = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>Algo ha fallado · Trámites</title></head>
<body><main id="main" data-step="error"><h1>Algo ha fallado</h1><p>Referencia: <b>%(reference)s</b></p>
<p><a href="/">Ir al inicio</a></p></main></body></html>
"""
"""When not even the page of a crash can be made: it needs nothing at all."""


def _page(request: HttpRequest, template: str, heading: Text, status: HTTPStatus) -> HttpResponse:
    if not hasattr(request, "htmx"):  # refused before its middleware, as a host name that is not ours
        cast(PortalRequest, request).htmx = HtmxDetails(request)
    page = Page(heading=heading, step="error", back="/")
    return render_page(cast(PortalRequest, request), template, page=page, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", _("No encontramos esta página"), HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", _("No puedes ver esta página"), HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400.html", _("No hemos entendido la petición"), HTTPStatus.BAD_REQUEST)


def explain_refused_method(request: HttpRequest, response: HttpResponse) -> None:
    """Fill the empty answer to a method that a path does not take: somebody reloads or links to where a form goes."""
    page = _page(request, "400.html", _("No hemos entendido la petición"), HTTPStatus.METHOD_NOT_ALLOWED)
    response.content = page.content
    response.headers["Cache-Control"] = page.headers["Cache-Control"]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: nearly always a page left open for long, or cookies refused."""
    return _page(request, "403_csrf.html", _("Esta página llevaba mucho tiempo abierta"), HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours failed: a reference to read out, the same as in the log."""
    reference = secrets.token_hex(4).upper()
    logger.error("Server error %s at %s", reference, _route(request))
    context: dict[str, Any] = {"reference": reference}
    try:
        content: str = loader.render_to_string("500.html", context)
    except Exception as error:  # noqa: BLE001  what broke the page, as a missing static file, may break this one too
        logger.error("The page of error %s cannot be made (%s)", reference, type(error).__name__)
        content = BARE % context
    return HttpResponse(content, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _route(request: HttpRequest) -> str:
    """The route and not the path: a path may hold a token."""
    return request.resolver_match.route if request.resolver_match else "no route"
