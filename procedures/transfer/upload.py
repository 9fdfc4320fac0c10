"""Reading an uploaded file in whatever format it is: its content tells, not its name."""

from django.utils.translation import gettext as _

from procedures.transfer.formats import csv, json, xlsx
from procedures.transfer.formats.archive import data_files, unpacked
from procedures.transfer.formats.foreign import refuse_foreign, refuse_foreign_archive
from procedures.transfer.sheets import RowCounter, Sheet, UnreadableFile, check_sheets

MOST_BYTES = 10 * 1024 * 1024
ZIP = b"PK\x03\x04"
CSV_ENDINGS = (".csv", ".tsv")
_WORKBOOK = "xl/workbook.xml"
_BLANK = b"\xef\xbb\xbf \t\r\n"


def read(content: bytes, unread: list[str] | None = None) -> list[Sheet]:
    """Return the sheets of a file; raise ``UnreadableFile`` with a sentence for whoever sent it.

    The names of the sheets or files in it that are not read are added to ``unread``.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(_("El archivo pasa de 10 MB. Repártelo en varios, por ejemplo uno por organismo."))
    if not content.strip():
        raise UnreadableFile(_("El archivo está vacío"))
    refuse_foreign(content)
    counter = RowCounter()
    if content.startswith(ZIP):
        return check_sheets(_read_zip(content, counter, [] if unread is None else unread))
    if json.is_json(content):
        return check_sheets(json.read(content, counter))
    return check_sheets([csv.read(content, counter)])


def is_workbook(content: bytes) -> bool:
    """Return whether a zip is one of Excel, not of CSV files."""
    with unpacked(content) as archive:
        return _WORKBOOK in archive.namelist()


def _read_zip(content: bytes, counter: RowCounter, unread: list[str]) -> list[Sheet]:
    """Read a workbook, which is a zip too, or every CSV file of an archive."""
    with unpacked(content) as archive:
        refuse_foreign_archive(archive)
        if _WORKBOOK in archive.namelist():
            return xlsx.read(content, counter, unread)
        names = data_files(archive)
        files = {name: archive.read(name) for name in names if name.lower().endswith(CSV_ENDINGS)}
        files = {name: text for name, text in files.items() if text.strip(_BLANK)}
        if not files:
            raise UnreadableFile(_("El archivo no es un libro de Excel ni un zip con archivos CSV"))
        unread += [name for name in names if not name.lower().endswith(CSV_ENDINGS)]
        return [_read_csv(name, text, counter) for name, text in files.items()]


def _read_csv(name: str, content: bytes, counter: RowCounter) -> Sheet:
    try:
        return csv.read(content, counter)
    except UnreadableFile as error:
        raise UnreadableFile(f"{name}: {error}") from error
