from django.apps import AppConfig
from django.db.models.signals import post_delete


class DocumentsConfig(AppConfig):
    name = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.erasure import register
        from documents import erasure
        from documents.models import Document

        post_delete.connect(erasure.discard_files, sender=Document)
        register(erasure.label, erasure.documents_of)
