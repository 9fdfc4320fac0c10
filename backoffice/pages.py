"""What the pages of the operation have in common: the frame of the back office around their content."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

type SiteView = Callable[..., HttpResponse]


def page(site: AdminSite, route: str, view: SiteView, name: str, permission: str) -> URLPattern:
    """The URL of a view that takes the site first, for those of the staff who have the permission."""
    allowed = permission_required(permission, raise_exception=True)(partial(view, site))
    return path(route, site.admin_view(allowed), name=name)


def show(
    site: AdminSite, request: HttpRequest, template: str, *, title: Any, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Answer a page of the back office."""
    whole = {**site.each_context(request), "title": title, **context}
    return render(request, template, whole, status=status)
