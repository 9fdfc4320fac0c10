"""The site of ``/gestion/``: Django's admin, as its people know it."""

from importlib import import_module

from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

PAGES = ("backoffice.exchange.pages",)
"""Modules with pages beside those of the models, each with ``urls(site) -> list[URLPattern]``."""


class BackOffice(AdminSite):
    site_header = site_title = _("Gestión de Trámites")
    index_title = _("Gestión")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [url for name in PAGES for url in import_module(name).urls(self)]
        return [*own, *super().get_urls()]
