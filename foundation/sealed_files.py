"""Sealed files: streaming encryption between plain content and Django's storage.

The id of what a file belongs to is its associated data, so a file that is put in another's place does not open.
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
from foundation.vault import SealBroken, streaming_primitive


class _SealedBuffer(io.BytesIO):
    """Outlives tink's stream, which closes what it writes to."""

    def close(self) -> None:
        pass


class _StoredFile(io.RawIOBase):
    """A stored file as tink reads it; remembers the storage's error, which tink replaces by one of its own."""

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


def save_sealed(storage: Storage, name: str, owner_id: UUID, plain: bytes) -> None:
    """Seal ``plain`` for its owner and save it under ``name``.

    Raises ``FileExistsError`` when the name is taken, or what the storage raises when it is full or unavailable; no
    part of the file is left behind then.
    """
    if storage.exists(name):
        raise FileExistsError(name)
    sealed = _SealedBuffer()
    with streaming_primitive().new_encrypting_stream(cast(BinaryIO, sealed), owner_id.bytes) as stream:
        stream.write(plain)
    sealed.seek(0)
    try:
        saved = storage.save(name, File(sealed))
    except Exception:
        with contextlib.suppress(Exception):
            storage.delete(name)
        raise
    if saved != name:  # another process took the name in the meantime, and the storage chose a new one
        storage.delete(saved)
        raise FileExistsError(name)


@contextmanager
def open_sealed(storage: Storage, name: str, owner_id: UUID) -> Iterator[BinaryIO]:
    """Open a file as a stream of its plain content, which is known to be whole only once it has been read to its end.

    Raises ``FileNotFoundError``, ``SealBroken``, or what the storage raises.
    """
    with storage.open(name, "rb") as stored:
        source = _StoredFile(cast(IO[bytes], stored))
        try:
            with streaming_primitive().new_decrypting_stream(cast(BinaryIO, source), owner_id.bytes) as stream:
                yield stream
        except tink.TinkError as error:
            if source.error is None:
                audit.record_anyway("vault.file_broken", target=f"file:{owner_id}", once_for=["file"])
            raise source.error or SealBroken(str(owner_id)) from error


def read_sealed(storage: Storage, name: str, owner_id: UUID) -> bytes:
    """Return the whole plain content; raises what ``open_sealed`` does."""
    with open_sealed(storage, name, owner_id) as stream:
        return stream.read()
