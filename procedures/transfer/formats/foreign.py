"""Files that spreadsheets write and that are not read here: each is named, with what to do instead."""

from zipfile import ZipFile

from django.utils.translation import gettext as _

from procedures.transfer.sheets import UnreadableFile

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""Begins Excel 97 files, and every newer file with a password."""
STRICT_NAMESPACE = b"http://purl.oclc.org/ooxml/"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<workbook", b"<meta", b"<head")


def refuse_foreign(content: bytes) -> None:
    """Raise ``UnreadableFile`` for an old workbook, and for a page or XML under the name of one."""
    if content.startswith(OLD_OFFICE):
        raise UnreadableFile(_("Es un libro de Excel antiguo o con contraseña: guárdalo como .xlsx, sin contraseña"))
    if content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").lower().startswith(_MARKUP):
        raise UnreadableFile(
            _("Es una página web o XML, aunque se llame como un libro de Excel: ábrela en Excel y guárdala como .xlsx")
        )


def refuse_foreign_archive(archive: ZipFile) -> None:
    """Raise ``UnreadableFile`` for a document of another program, or a workbook in a form that is not read."""
    names = set(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise UnreadableFile(_("Es una hoja de LibreOffice (.ods): guárdala como .xlsx"))
    if "xl/workbook.bin" in names:
        raise UnreadableFile(_("Es un libro binario de Excel (.xlsb): guárdalo como .xlsx"))
    if any(name.endswith(".iwa") for name in names):
        raise UnreadableFile(_("Es una hoja de Numbers: expórtala como .xlsx"))
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise UnreadableFile(_("Es un documento de Word o PowerPoint: pon los datos en una hoja y guárdala como .xlsx"))
    if "xl/workbook.xml" in names and STRICT_NAMESPACE in archive.read("xl/workbook.xml"):
        raise UnreadableFile(
            _("Está guardado como «Open XML estricto», que no se puede leer: guárdalo como «Libro de Excel (.xlsx)»")
        )
