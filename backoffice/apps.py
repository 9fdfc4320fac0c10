from django.apps import AppConfig
from django.contrib.admin import apps


class BackOfficeConfig(AppConfig):
    name = "backoffice"
    default = True

    def ready(self) -> None:
        from backoffice.entry import records  # noqa: F401  it listens


class BackOfficeAdminConfig(apps.AdminConfig):
    """Django's admin, with the back office as its site."""

    default = False
    default_site = "backoffice.site.BackOffice"
