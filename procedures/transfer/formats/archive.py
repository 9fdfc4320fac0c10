"""Compressed files, opened only after their declared sizes were looked at.

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
HEAD = 1024
BROKEN = (BadZipFile, ZlibError, SyntaxError, LookupError, ValueError, TypeError, AttributeError, OSError, RuntimeError)
"""What a damaged or hostile archive makes its readers raise; a fault of XML is a ``SyntaxError``."""


@contextmanager
def unpacked(content: bytes) -> Iterator[ZipFile]:
    """The archive, of a size that can be read; whatever goes wrong with it raises ``UnreadableFile``."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check(archive)
            yield archive
    except UnreadableFile:
        raise
    except BROKEN as error:
        raise UnreadableFile(_("El archivo está dañado o no es de un formato que se pueda leer")) from error


def _check(archive: ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFile(_("El archivo, descomprimido, es demasiado grande"))
    for part in parts:
        if part.flag_bits & 0x1:
            raise UnreadableFile(_("El archivo está protegido con contraseña: quítasela"))
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(HEAD):
                    raise UnreadableFile(_("El archivo está dañado o no es de un formato que se pueda leer"))
