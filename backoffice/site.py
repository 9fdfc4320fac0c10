"""The site of ``/gestion/``: Django's admin, open to staff with a second factor, with pages of its own."""

from collections.abc import Callable, Iterator
from functools import update_wrapper
from importlib import import_module
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

PAGES = (
    "backoffice.search",
    "backoffice.transfer.views",
    "backoffice.dashboard.views",
    "backoffice.switches",
    "backoffice.connectors.views",
    "backoffice.connectors.gateway",
    "backoffice.links.views",
    "backoffice.support.lookup",
)
"""Modules with pages that belong to no model's admin, each with ``urls(site) -> list[URLPattern]``."""


class BackOfficeSite(AdminSite):
    """Imports allauth inside its methods: the library's models are not loaded yet when the site is created."""

    site_header = site_title = _("Gestión de Trámites")
    index_title = _("Inicio")
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        from backoffice.sign_in.second_factor import has_second_factor

        return super().has_permission(request) and has_second_factor(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Redirect whoever may not enter to signing in, or to setting up the second factor that they lack."""
        from backoffice.sign_in.second_factor import SET_UP_URL, lacks_second_factor

        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            response = redirect(SET_UP_URL) if lacks_second_factor(request) else inner(request, *args, **options)
            if request.htmx and not self.has_permission(request) and response.has_header("Location"):  # type: ignore[attr-defined]
                return HttpResponseClientRedirect(response.headers["Location"])
            return response

        return update_wrapper(guarded, inner)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [*self._pages(), *super().get_urls()]

    def _pages(self) -> Iterator[URLPattern]:
        for name in PAGES:
            yield from import_module(name).urls(self)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from backoffice.home import pending_work

        return super().index(request, {"pending": pending_work(request), **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Replace Django's login, which asks for the password alone."""
        from allauth.account.views import login

        response: HttpResponse = login(request)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from allauth.account.views import password_change

        return password_change(request)
