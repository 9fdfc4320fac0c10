"""URLs and rendering of the pages of the back office that belong to no model's admin."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from foundation.text import clean_text

type SiteView = Callable[..., Any]
GET, POST = ("GET", "HEAD"), ("POST",)
MAX_WORDS_LENGTH = 80


def staff_page(
    site: AdminSite, route: str, view: SiteView, name: str, permission: str = "", methods: Sequence[str] = (*GET, *POST)
) -> URLPattern:
    """Return the URL of a view that takes the site first; whoever lacks the permission gets 403."""
    guarded: SiteView = partial(view, site)
    if permission:
        guarded = permission_required(permission, raise_exception=True)(guarded)
    return path(route, site.admin_view(require_http_methods(methods)(guarded)), name=name)


def render_staff_page(
    site: AdminSite, request: HttpRequest, template: str, *, title: Any, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Render a template inside the frame of the back office."""
    return render(request, template, {**site.each_context(request), "title": title, **context}, status=status)


def search_words(request: HttpRequest) -> str:
    """Return what was typed into the search field ``q`` of a list."""
    return clean_text(request.GET.get("q", ""))[:MAX_WORDS_LENGTH]
