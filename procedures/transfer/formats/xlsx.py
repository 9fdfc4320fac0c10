"""XLSX: a workbook with a sheet of each kind.

Every cell is written as text with the format of text, so that a spreadsheet computes nothing, and makes no date of a
word and no number of ``00123``. What XML cannot hold is written as the format has it: ``_x000D_``.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from tablib import Dataset

from procedures.transfer.formats.archive import unpacked
from procedures.transfer.sheets import MOST_COLUMNS, Formula, Row, RowCounter, Sheet, UnreadableFile, kind_of

LONGEST_CELL = 32767
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
WIDTHS = {"key": 18, "text": 40}


def read(content: bytes, counter: RowCounter) -> list[Sheet]:
    """The sheets of a workbook; raises ``UnreadableFile``."""
    with unpacked(content):
        book = openpyxl.load_workbook(BytesIO(content), read_only=True)
        try:
            return [_sheet(page, counter) for page in book.worksheets if not _is_blank(page)]
        finally:
            book.close()


def _is_blank(page: Any) -> bool:
    page.reset_dimensions()
    return next(_rows(page), None) is None


def _rows(page: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for number, cells in enumerate(page.iter_rows(), start=1):
        if any(cell.value not in (None, "") for cell in cells):
            yield number, cells


def _sheet(page: Any, counter: RowCounter) -> Sheet:
    sheet = Sheet(kind_of(page.title))
    for number, cells in _rows(page):
        values = [_value(cell) for cell in cells]
        while values and values[-1] == "":
            values.pop()
        if len(values) > MOST_COLUMNS:
            raise UnreadableFile(_("La hoja «%(title)s» tiene demasiadas columnas") % {"title": page.title})
        if not sheet.columns:
            sheet.columns = [str(value).strip() for value in values]
            continue
        counter.count(sheet.kind)
        sheet.rows.append(Row(sheet.kind, number, under(sheet.columns, values)))
    return sheet


def under(columns: list[str], values: list[Any]) -> dict[str, Any]:
    """The values by their columns; what stands beside the last column under the empty name."""
    cells = dict.fromkeys(columns, "") | dict(zip(columns, values, strict=False))
    if beyond := [value for value in values[len(columns) :] if value not in (None, "")]:
        cells[""] = beyond[0]
    return cells


def _value(cell: Any) -> Any:
    if cell.value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return Formula()
    return unescape(cell.value) if isinstance(cell.value, str) else cell.value


def escape(text: str) -> str:
    """Text as XML and the format can hold it."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def write(datasets: Iterable[Dataset], stream: IO[bytes]) -> None:
    """A workbook of these sheets; raises ``UnreadableFile`` for a text that no cell can hold."""
    book = openpyxl.Workbook(write_only=True)
    try:
        for dataset in datasets:
            _check_lengths(dataset)
            _add(book, dataset)
    except UnreadableFile:
        for page in book.worksheets:  # each is a file that is being written
            page.close()
        raise
    book.save(stream)


def _check_lengths(dataset: Dataset) -> None:
    if any(len(escape(text)) > LONGEST_CELL for row in dataset for text in row):
        raise UnreadableFile(
            _("Hay un texto de más de 32.767 caracteres, que no cabe en una celda: exporta en JSON o en CSV")
        )


def _add(book: Any, dataset: Dataset) -> None:
    page = book.create_sheet(dataset.title)
    page.freeze_panes = "A2"
    for position, name in enumerate(dataset.headers, start=1):
        letter = openpyxl.utils.get_column_letter(position)
        page.column_dimensions[letter].width = WIDTHS["text" if "_" in name else "key"]
    page.append([_cell(page, name, is_bold=True) for name in dataset.headers])
    for row in dataset:
        page.append([_cell(page, text) for text in row])


def _cell(page: Any, text: str, *, is_bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, None)
    cell.value, cell.data_type = escape(text), "s"
    cell.number_format = "@"
    if is_bold:
        cell.font = Font(bold=True)
    elif "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
