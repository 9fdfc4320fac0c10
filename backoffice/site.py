"""The site of ``/gestion/``: Django's admin, as its people know it."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class BackOffice(AdminSite):
    site_header = site_title = _("Gestión de Trámites")
    index_title = _("Gestión")
