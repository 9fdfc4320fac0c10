"""Pages: each view answers with a whole page, or with its fragment for htmx.

``render_page`` alone decides which: htmx gets a fragment, except when it restores a page that has left its history
cache.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods
from django_htmx.http import push_url
from django_htmx.middleware import HtmxDetails

Text = str | Promise

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
"""Decorator of views that show a form and process it."""


class PortalRequest(HttpRequest):
    htmx: HtmxDetails


@dataclass(frozen=True)
class StepProgress:
    """The position of a step: "Step 2 of 4 · Cl@ve PIN user"."""

    number: int
    total: int
    label: Text

    @property
    def bars(self) -> list[bool]:
        """One value for each step, True up to and including this one."""
        return [position <= self.number for position in range(1, self.total + 1)]


@dataclass(frozen=True)
class Page:
    """What the layout shows around the content of a page.

    ``heading`` is the h1 and begins the title; ``step`` and ``result`` become ``data-step`` and ``data-result`` of
    ``<main>``; ``back`` is where the header's arrow leads, and ``back_label`` names that place; without an arrow the
    header shows ``subtitle``, or the portal's name (in ``subtitle_language``, either); ``section`` is the current
    entry of the navigation; ``refresh`` reloads a waiting page without JavaScript, in seconds (0: never); a ``private``
    page is not stored by any cache; one without tabs is for people who may have nothing here; a language is named
    where it may differ from the page's.
    """

    heading: Text
    step: str = ""
    result: str = ""
    back: str = ""
    back_label: Text = ""
    section: str = ""
    subtitle: Text = ""
    progress: StepProgress | None = None
    refresh: int = 0
    private: bool = True
    has_tabs: bool = True
    heading_language: str = ""
    subtitle_language: str = ""

    @property
    def is_step(self) -> bool:
        """Whether the page is on the way to a result: navigation then stays out of the way of its main button."""
        return self.progress is not None and not self.result


def wants_fragment(request: PortalRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def render_page(
    request: PortalRequest, template: str, *, page: Page, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Render the template as a whole page or as a fragment.

    A form with errors makes the status 422. A fragment with any status but 200 stays out of the browser's history.
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
        push_url(response, False)
    return response
