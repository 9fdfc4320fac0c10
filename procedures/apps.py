from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = _("Catálogo y operación")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.erasure import register
        from procedures import erasure

        register(erasure.label, erasure.favourites_of)
