"""What deleting means for documents: the files go with their row."""

from django.db import models, transaction
from django.utils.translation import ngettext

from accounts.models import Device
from documents.models import Document


def discard_files(sender: type[Document], instance: Document, **_options: object) -> None:
    """Delete the files of a deleted row once the deletion is committed."""
    transaction.on_commit(instance.discard_files)


def label(count: int) -> str:
    return ngettext("%(count)d documento en Descargas", "%(count)d documentos en Descargas", count) % {"count": count}


def documents_of(device: Device) -> models.QuerySet[Document]:
    return Document.objects.filter(device=device).live()
