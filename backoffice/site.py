"""The site of ``/gestion/``: Django's admin, as its people know it."""

from collections.abc import Iterator
from importlib import import_module

from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

PAGES = (
    "backoffice.operation.switches",
    "backoffice.operation.connectors",
    "backoffice.operation.gateway",
    "backoffice.operation.links",
)
"""Modules with pages beside those of the models, each with ``urls(site) -> list[URLPattern]``."""


class BackOffice(AdminSite):
    site_header = site_title = _("Gestión de Trámites")
    index_title = _("Gestión")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [*self._pages(), *super().get_urls()]

    def _pages(self) -> Iterator[URLPattern]:
        for name in PAGES:
            yield from import_module(name).urls(self)
