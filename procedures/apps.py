from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.erasure import register
        from procedures import erasure

        register(erasure.label, erasure.count, erasure.erase)
