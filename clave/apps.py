from django.apps import AppConfig


class ClaveConfig(AppConfig):
    name = "clave"
    default_auto_field = "django.db.models.BigAutoField"
