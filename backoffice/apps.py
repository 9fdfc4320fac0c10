from django.apps import AppConfig
from django.contrib.admin import apps
from django.db.models.signals import post_migrate


class BackOfficeConfig(AppConfig):
    name = "backoffice"
    default = True

    def ready(self) -> None:
        from backoffice.roles import update_roles
        from backoffice.sign_in import checks, signals  # noqa: F401  they register themselves
        from backoffice.sign_in.allauth_adapter import store_used_codes

        post_migrate.connect(update_roles, dispatch_uid="backoffice.roles")
        store_used_codes()


class BackOfficeAdminConfig(apps.AdminConfig):
    """Django's admin, with the back office as its site."""

    default = False
    default_site = "backoffice.site.BackOfficeSite"
