from django.apps import AppConfig
from django.core.signals import request_finished
from django.tasks.signals import task_finished


class FoundationConfig(AppConfig):
    name = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from foundation import operator_phone  # noqa: F401  registers its check
        from foundation.audit.recording import write_pending

        for ended in (request_finished, task_finished):
            ended.connect(write_pending, dispatch_uid="foundation.audit")
