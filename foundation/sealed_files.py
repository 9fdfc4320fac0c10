"""Sealed files: streaming encryption between a plain file and Django's storage.

The file's id is its associated data and its name in the storage, so a file put in another's place does not open.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast
from uuid import UUID

import tink
from django.core.files.base import File
from django.core.files.storage import Storage

from foundation.vault import SealBroken, files

IN_MEMORY = 1 << 20
CHUNK = 1 << 16


class _Kept(io.BufferedIOBase):
    """Lets tink's stream write to a file that must stay open after the stream is closed."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # the buffer protocol is wider than tink needs
        return self.target.write(data)


def save_sealed(storage: Storage, file_id: UUID, plain: bytes) -> None:
    """Seal ``plain`` and save it under the id; raises ``OSError`` when the storage is full or away."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as sealed:
        kept = cast(BinaryIO, _Kept(sealed))
        with files().new_encrypting_stream(kept, file_id.bytes) as stream:
            stream.write(plain)
        sealed.seek(0)
        name = storage.save(str(file_id), File(sealed))
    if name != str(file_id):
        storage.delete(name)
        raise FileExistsError("a sealed file with this id is stored already")


@contextmanager
def open_sealed(storage: Storage, file_id: UUID) -> Iterator[BinaryIO]:
    """The plain content as a stream; raises ``FileNotFoundError`` or, while it is read, ``SealBroken``."""
    with storage.open(str(file_id), "rb") as sealed:
        try:
            with files().new_decrypting_stream(cast(BinaryIO, sealed), file_id.bytes) as stream:
                yield stream
        except tink.TinkError as error:
            raise SealBroken(str(file_id)) from error


def read_sealed(storage: Storage, file_id: UUID) -> bytes:
    """The whole plain content; raises ``FileNotFoundError`` or ``SealBroken``."""
    with open_sealed(storage, file_id) as stream:
        return stream.read()
