"""Reading an uploaded file in whatever format it is: its content tells, not its name."""

from django.utils.translation import gettext as _

from procedures.transfer.formats import csv, json, xlsx
from procedures.transfer.formats.archive import unpacked
from procedures.transfer.sheets import RowCounter, Sheet, UnreadableFile, check_sheets

MOST_BYTES = 10 * 1024 * 1024
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(content: bytes) -> list[Sheet]:
    """Return the sheets of a file; raise ``UnreadableFile`` with a sentence for whoever sent it."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(_("El archivo pasa de 10 MB. Repártelo en varios, por ejemplo uno por organismo."))
    if not content.strip():
        raise UnreadableFile(_("El archivo está vacío"))
    if content.startswith(OLD_OFFICE):
        raise UnreadableFile(_("Es un libro de Excel antiguo o con contraseña: guárdalo como .xlsx, sin contraseña"))
    counter = RowCounter()
    if content.startswith(ZIP):
        return check_sheets(_read_zip(content, counter))
    if json.is_json(content):
        return check_sheets(json.read(content, counter))
    return check_sheets([csv.read(content, counter)])


def _read_zip(content: bytes, counter: RowCounter) -> list[Sheet]:
    """Read a workbook, which is a zip too, or every CSV file of an archive."""
    with unpacked(content) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return xlsx.read(content, counter)
        files = [name for name in names if name.lower().endswith(".csv")]
        if not files:
            raise UnreadableFile(_("El archivo no es un libro de Excel ni un zip con archivos CSV"))
        return [_read_csv(name, archive.read(name), counter) for name in files]


def _read_csv(name: str, content: bytes, counter: RowCounter) -> Sheet:
    try:
        return csv.read(content, counter)
    except UnreadableFile as error:
        raise UnreadableFile(f"{name}: {error}") from error
