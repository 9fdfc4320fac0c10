"""What deleting means for documents: with the row goes its file, and a device can be emptied at once."""

from functools import partial

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import Device
from documents import files
from documents.models import Document


def discard_file(sender: type[Document], instance: Document, **_options: object) -> None:
    """Delete the file of a deleted row, once the deletion is certain."""
    transaction.on_commit(partial(files.discard, instance.pk))


def label(count: int) -> str:
    return ngettext("%(count)d documento en Descargas", "%(count)d documentos en Descargas", count) % {"count": count}


def count(device: Device) -> int:
    return Document.objects.filter(device=device).live().count()


def erase(device: Device) -> None:
    Document.objects.filter(device=device).delete()
