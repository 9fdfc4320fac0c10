"""Error pages in the portal's design, each with a way to go on; the one for 500 needs neither database nor context."""

import logging
import secrets
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from foundation.operator_phone import operator_phone
from foundation.pages import Page, PortalRequest, Text, render_page

logger = logging.getLogger(__name__)

LAST_RESORT = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>Algo ha fallado · Trámites</title></head>
<body><main id="main" data-step="error"><h1>Algo ha fallado</h1><p>Referencia: <b>%(reference)s</b></p>
%(call)s<p><a href="/">Ir al inicio</a></p></main></body></html>
"""
"""For when even the page for 500 fails: it depends on nothing."""


def _page(request: HttpRequest, template: str, heading: Text, status: HTTPStatus) -> HttpResponse:
    if not hasattr(request, "htmx"):  # the request was refused before that middleware, as for an unknown host
        cast(PortalRequest, request).htmx = HtmxDetails(request)
    page = Page(heading=heading, step="error", back="/", back_label=_("Inicio"))
    return render_page(cast(PortalRequest, request), template, page=page, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", _("No encontramos esta página"), HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", _("No puedes ver esta página"), HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400.html", _("No hemos entendido la petición"), HTTPStatus.BAD_REQUEST)


def fill_method_not_allowed(request: HttpRequest, response: HttpResponse) -> None:
    """Give Django's empty 405 response a page: people reload, or open, the URL that a form is sent to."""
    page = _page(request, "400.html", _("No hemos entendido la petición"), HTTPStatus.METHOD_NOT_ALLOWED)
    response.content = page.content
    response.headers["Cache-Control"] = page.headers["Cache-Control"]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a missing or outdated form token: nearly always a page left open for long, or cookies refused."""
    return _page(request, "403_csrf.html", _("Esta página llevaba mucho tiempo abierta"), HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Show a reference that the person can read out, and log it."""
    reference = secrets.token_hex(4).upper()
    logger.error("Server error %s at %s", reference, _route(request))
    context: dict[str, Any] = {"reference": reference}
    try:
        content: str = loader.render_to_string("500.html", context)
    except Exception as error:  # noqa: BLE001 - whatever broke the page, such as a missing static file, may break this one
        logger.error("The page for error %s cannot be rendered (%s)", reference, type(error).__name__)
        content = LAST_RESORT % {**context, "call": _call_operator()}
    return HttpResponse(content, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _call_operator() -> str:
    phone = operator_phone()
    return format_html('<p><a href="{}">Llama al {}</a></p>', phone.url, phone.text) if phone else ""


def _route(request: HttpRequest) -> str:
    """Return the route instead of the path, which may hold a token."""
    return request.resolver_match.route if request.resolver_match else "no route"
