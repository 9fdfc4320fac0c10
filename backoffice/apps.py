from django.apps import AppConfig
from django.contrib.admin import apps
from django.db.models.signals import post_migrate


class BackOfficeConfig(AppConfig):
    name = "backoffice"
    default = True

    def ready(self) -> None:
        from backoffice.roles import bring_up_to_date

        post_migrate.connect(bring_up_to_date, dispatch_uid="backoffice.roles")
        from backoffice.sign_in import signals  # noqa: F401  connects its receivers


class BackOfficeAdminConfig(apps.AdminConfig):
    """Django's admin, with the back office as its site."""

    default = False
    default_site = "backoffice.site.BackOffice"
