from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessesConfig(AppConfig):
    name = "accesses"
    verbose_name = _("Accesos y conexiones")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accesses import erasure
        from accounts.erasure import register
        from clave.switches import current_switches
        from procedures.availability import provide_method_switches

        register(erasure.label, erasure.favourites_of)
        provide_method_switches(current_switches)
