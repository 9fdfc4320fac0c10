"""Compressed files, opened only once their declared sizes have been checked.

Threat: a few kilobytes that unpack to gigabytes. ``zipfile`` reads no more of a part than its declared size.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from django.utils.translation import gettext as _

from procedures.transfer.sheets import UnreadableFile

MOST_UNPACKED = 150 * 1024 * 1024
MOST_PARTS = 500
PROLOGUE = 1024
_ADDED = ("Thumbs.db", "desktop.ini")
DAMAGE = (BadZipFile, ZlibError, SyntaxError, LookupError, ValueError, TypeError, AttributeError, OSError, RuntimeError)
"""What readers raise over a damaged or hostile archive; malformed XML is a ``SyntaxError``."""


@contextmanager
def unpacked(content: bytes) -> Iterator[ZipFile]:
    """Open the archive; raise ``UnreadableFile`` for one that is too large, and for whatever goes wrong inside."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check(archive)
            yield archive
    except UnreadableFile:
        raise
    except DAMAGE as error:
        raise _damaged() from error


def data_files(archive: ZipFile) -> list[str]:
    """Return the names of the files that hold something, without those that systems and programs add by themselves."""
    return [part.filename for part in archive.infolist() if part.file_size and not _is_added(part.filename)]


def _is_added(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith((".", "~$")) for part in parts) or parts[-1] in _ADDED


def _check(archive: ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFile(_("El archivo, descomprimido, es demasiado grande"))
    for part in parts:
        if part.flag_bits & 0x1:
            raise UnreadableFile(_("El archivo está protegido con contraseña: quítasela"))
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(PROLOGUE):
                    raise _damaged()


def _damaged() -> UnreadableFile:
    return UnreadableFile(_("El archivo está dañado o no es de un formato que se pueda leer"))
