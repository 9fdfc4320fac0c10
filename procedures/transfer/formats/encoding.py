"""The text of a file, whatever byte order mark it begins with."""

import codecs

from django.utils.translation import gettext as _

from procedures.transfer.sheets import UnreadableFile

BYTE_ORDER_MARK = "\ufeff"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(content: bytes) -> str:
    """Return the text without byte order marks, of which some programs write two; raise ``UnreadableFile``."""
    try:
        text = content.decode("utf-16" if content.startswith(_WIDE) else "utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in content[:1024]:
            raise _no_text() from error
        raise UnreadableFile(_("El archivo no está en UTF-8: guárdalo como «CSV UTF-8»")) from error
    if "\x00" in text:
        raise _no_text()
    return text.lstrip(BYTE_ORDER_MARK)


def _no_text() -> UnreadableFile:
    return UnreadableFile(_("El archivo no es JSON, XLSX ni CSV"))
