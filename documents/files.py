"""The sealed files of the documents, in the storage that ``STORAGES["documents"]`` names.

A file is named by an id of its own, made anew for each attempt to store a document, so that no attempt touches the
file of another. It lies two folders down (``3f/a9/3fa9…``): no folder grows too large to list. Errors of disks and
buckets become the two of this module.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import Storage, storages
from django.utils import timezone

from foundation.sealed_files import read_sealed, save_sealed
from foundation.vault import SealBroken

STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)
"""What disks and buckets raise."""

_FOLDER = re.compile(r"[0-9a-f]{2}")
_FILE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StorageFailed(OSError):
    """The storage is full or unavailable; nothing was stored."""


class FileMissing(Exception):
    """The file is no longer in the storage, or is not what was stored."""


def path_of(file_id: UUID) -> str:
    """Return the file's path in the storage: ``3f/a9/3fa9…``."""
    name = str(file_id)
    return f"{name[:2]}/{name[2:4]}/{name}"


def save(file_id: UUID, document_id: UUID, content: bytes) -> None:
    """Seal the content for its document and store it; raises ``StorageFailed``."""
    try:
        save_sealed(_storage(), path_of(file_id), document_id, content)
    except STORAGE_ERRORS as error:
        raise StorageFailed("the document could not be stored") from error


def read(file_id: UUID, document_id: UUID, sha256: str = "") -> bytes:
    """Return the content exactly as it was stored; raises ``FileMissing``, or ``StorageFailed`` when unavailable."""
    try:
        content = read_sealed(_storage(), path_of(file_id), document_id)
    except (FileNotFoundError, SealBroken) as error:
        raise FileMissing(str(document_id)) from error
    except STORAGE_ERRORS as error:
        raise StorageFailed("the document could not be read") from error
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise FileMissing(str(document_id))
    return content


def discard(path: str) -> None:
    """Delete the file if it is there; one that the storage will not delete now is left to the orphan sweep."""
    with contextlib.suppress(*STORAGE_ERRORS):
        _storage().delete(path)


def walk() -> Iterator[tuple[str, list[str]]]:
    """Yield each folder of stored files with the names in it, never more than one folder's at a time.

    What is not named as a document's file is left out. Raises what the storage does.
    """
    storage = _storage()
    for outer in _folders(storage, ""):
        for inner in _folders(storage, outer):
            folder = f"{outer}/{inner}"
            yield folder, [name for name in storage.listdir(folder)[1] if _FILE.match(name)]


def is_older(path: str, age: timedelta) -> bool:
    """Return whether the file was stored longer ago than ``age``; False when it is gone."""
    try:
        return _storage().get_modified_time(path) < timezone.now() - age
    except STORAGE_ERRORS:
        return False


def _folders(storage: Storage, parent: str) -> list[str]:
    try:
        folders, _names = storage.listdir(parent)
    except FileNotFoundError:  # nothing was ever stored
        return []
    return sorted(name for name in folders if _FOLDER.fullmatch(name))


def _storage() -> Storage:
    return storages["documents"]
