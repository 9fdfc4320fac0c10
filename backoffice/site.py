"""The site of ``/gestion/``: Django's admin, as its people know it."""

from importlib import import_module

from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

PAGES = ("backoffice.operation.dashboard", "backoffice.support.lookup")
"""Modules with pages beside those of the models: each has ``urls(site)``."""


class BackOffice(AdminSite):
    site_header = site_title = _("Gestión de Trámites")
    index_title = _("Gestión")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        own = [url for page in PAGES for url in import_module(page).urls(self)]
        return [*own, *super().get_urls()]
