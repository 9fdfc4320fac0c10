"""What deleting means for documents: the file goes with its row."""

from functools import partial

from django.db import models, transaction
from django.utils.translation import ngettext

from accounts.models import Device
from documents import files
from documents.models import Document


def discard_file(sender: type[Document], instance: Document, **_options: object) -> None:
    """Delete the file of a deleted row once the deletion is committed."""
    transaction.on_commit(partial(files.discard, instance.file_path))


def label(count: int) -> str:
    return ngettext("%(count)d documento en Descargas", "%(count)d documentos en Descargas", count) % {"count": count}


def documents_of(device: Device) -> models.QuerySet[Document]:
    return Document.objects.filter(device=device).live()
