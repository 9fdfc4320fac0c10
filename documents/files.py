"""The sealed files of the documents, in the storage that ``STORAGES["documents"]`` names.

A file's name is its document's id. What the storage cannot do is told with three errors of ours, so that nobody above
knows whether it is a disk or a bucket.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import tink
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import Storage, storages
from django.utils import timezone

from foundation.sealed_files import read_sealed, save_sealed
from foundation.vault import SealBroken

STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)
"""What disks and buckets raise."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StorageFailed(OSError):
    """The storage is full or away; nothing was kept."""


class FileLost(Exception):
    """The file is not in the storage any more, or what is there is not what was kept."""


def put(document_id: UUID, content: bytes) -> None:
    """Seal the content and store it; raises ``StorageFailed``.

    A file that an earlier, unfinished keeping left behind is replaced, unless it is this very content.
    """
    storage = _storage()
    try:
        try:
            save_sealed(storage, document_id, content)
        except FileExistsError:
            if not _holds(storage, document_id, content):
                storage.delete(str(document_id))
                save_sealed(storage, document_id, content)
    except FileExistsError as error:  # somebody else stored it at this very moment: theirs stays
        raise StorageFailed("the document is being stored already") from error
    except STORAGE_ERRORS as error:
        discard(document_id)
        raise StorageFailed("the document could not be stored") from error


def read(document_id: UUID, sha256: str) -> bytes:
    """The content exactly as it was kept; raises ``FileLost``, or ``StorageFailed`` when the storage is away."""
    try:
        content = read_sealed(_storage(), document_id)
    except (FileNotFoundError, SealBroken, tink.TinkError) as error:
        raise FileLost(str(document_id)) from error
    except STORAGE_ERRORS as error:
        raise StorageFailed("the document could not be read") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileLost(str(document_id))
    return content


def discard(name: UUID | str) -> None:
    """Delete the file if it is there; one that the storage will not delete now is swept later."""
    with contextlib.suppress(*STORAGE_ERRORS):
        _storage().delete(str(name))


def stored_names() -> Iterator[str]:
    """The names of what is stored under the id of a document, now or once; raises what the storage does."""
    try:
        _folders, names = _storage().listdir("")
    except FileNotFoundError:
        return
    yield from (name for name in names if _ID.match(name))


def is_older(name: str, age: timedelta) -> bool:
    """Whether the file was stored longer ago than ``age``; False when it has gone."""
    try:
        return _storage().get_modified_time(name) < timezone.now() - age
    except STORAGE_ERRORS:
        return False


def _holds(storage: Storage, document_id: UUID, content: bytes) -> bool:
    try:
        return read_sealed(storage, document_id) == content
    except (SealBroken, tink.TinkError, FileNotFoundError):
        return False


def _storage() -> Storage:
    return storages["documents"]
