"""Pages: one view answers a whole page, or its fragment to htmx.

``render_page`` is the only place that decides which. A fragment is answered to an htmx request, but a whole page when
htmx asks for one that has left its history cache.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

Text = str | Promise

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
"""Decorator of views that show a form and process it."""


class PortalRequest(HttpRequest):
    """What a citizen's view receives."""

    htmx: HtmxDetails


@dataclass(frozen=True)
class StepProgress:
    """Where a step stands: "Step 2 of 4 · Cl@ve PIN user"."""

    number: int
    total: int
    label: Text

    @property
    def bars(self) -> list[bool]:
        """One for each step, True as far as this one."""
        return [position <= self.number for position in range(1, self.total + 1)]


@dataclass(frozen=True)
class Page:
    """What the frame of a page shows around its content.

    ``heading`` is the h1 and begins the title; ``step`` and ``result`` become ``data-step`` and ``data-result`` of
    ``<main>``; ``section`` marks the place in the navigation; ``refresh`` is in seconds (0: never), for pages that
    wait without JavaScript; a ``private`` page is kept in no cache.
    """

    heading: Text
    step: str = ""
    result: str = ""
    back: str = ""
    section: str = ""
    subtitle: Text = ""
    progress: StepProgress | None = None
    refresh: int = 0
    private: bool = True


def wants_fragment(request: PortalRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def render_page(
    request: PortalRequest, template: str, *, page: Page, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Answer the template whole or as a fragment.

    A form with errors answers 422. Such an answer stays out of the browser's history.
    """
    form = context.get("form")
    if status == HTTPStatus.OK and form is not None and form.is_bound and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    fragment = wants_fragment(request)
    layout = "layouts/fragment.html" if fragment else "layouts/page.html"
    response = render(request, template, {"page": page, "layout": layout, **context}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Cookie"])
    if page.private:
        response["Cache-Control"] = "no-store, private"
    if fragment and status != HTTPStatus.OK:
        response["HX-Push-Url"] = "false"
    return response
