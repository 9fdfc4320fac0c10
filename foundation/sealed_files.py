"""Sealed files: streaming encryption between a plain file and Django's storage.

The file's id is its associated data and its name in the storage, so a file put in another's place does not open.
"""

import contextlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast
from uuid import UUID

import tink
from django.core.files.base import File
from django.core.files.storage import Storage

from foundation import audit
from foundation.vault import SealBroken, files


class _Kept(io.BytesIO):
    """Stays open when tink's stream, which writes to it, is closed."""

    def close(self) -> None:
        """Not yet."""


class _Source(io.RawIOBase):
    """A stored file as tink reads it; keeps what the storage raised, which tink makes an error of its own of."""

    def __init__(self, stored: IO[bytes]) -> None:
        self.stored = stored
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self.stored.read(size)
        except Exception as error:
            self.error = error
            raise


def save_sealed(storage: Storage, file_id: UUID, plain: bytes) -> None:
    """Seal ``plain`` and save it under the id.

    Raises ``FileExistsError``, or what the storage raises when it is full or away; of what could not be saved nothing
    is left.
    """
    name, sealed = str(file_id), _Kept()
    if storage.exists(name):
        raise FileExistsError("a sealed file with this id is stored already")
    with files().new_encrypting_stream(cast(BinaryIO, sealed), file_id.bytes) as stream:
        stream.write(plain)
    sealed.seek(0)
    try:
        saved = storage.save(name, File(sealed))
    except Exception:
        with contextlib.suppress(Exception):
            storage.delete(name)
        raise
    if saved != name:  # somebody else took the name meanwhile
        storage.delete(saved)
        raise FileExistsError("a sealed file with this id is stored already")


@contextmanager
def open_sealed(storage: Storage, file_id: UUID) -> Iterator[BinaryIO]:
    """The plain content as a stream; raises ``FileNotFoundError``, what the storage raises, or ``SealBroken``.

    Only when it has been read to its end is it known to be whole.
    """
    with storage.open(str(file_id), "rb") as stored:
        source = _Source(cast(IO[bytes], stored))
        try:
            with files().new_decrypting_stream(cast(BinaryIO, source), file_id.bytes) as stream:
                yield stream
        except tink.TinkError as error:
            if source.error is None:
                audit.record_anyway("vault.file_broken", target=f"file:{file_id}", once_for=["file"])
            raise source.error or SealBroken(str(file_id)) from error


def read_sealed(storage: Storage, file_id: UUID) -> bytes:
    """The whole plain content; raises ``FileNotFoundError``, what the storage raises, or ``SealBroken``."""
    with open_sealed(storage, file_id) as stream:
        return stream.read()
