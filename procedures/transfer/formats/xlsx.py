"""XLSX: a workbook with one sheet per kind.

Every cell is written as text and formatted as text, so that a spreadsheet computes nothing and turns neither a word
into a date nor ``00123`` into a number. What XML cannot hold is escaped as the format prescribes: ``_x000D_``.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.escape import unescape
from tablib import Dataset

from procedures.transfer.formats.archive import unpacked
from procedures.transfer.sheets import (
    MOST_COLUMNS,
    Formula,
    RowCounter,
    Sheet,
    UnreadableFile,
    column_names,
    is_blank,
    kind_of,
    recognise,
)

LONGEST_CELL = 32767
KEY_WIDTH, TEXT_WIDTH = 18, 40
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def read(content: bytes, counter: RowCounter, unread: list[str]) -> list[Sheet]:
    """Return the sheets of a workbook that are not blank; raise ``UnreadableFile``.

    Sheets of no known kind beside known ones, such as notes, are named in ``unread``.
    """
    with unpacked(content):
        book = openpyxl.load_workbook(BytesIO(content), read_only=True)
        try:
            sheets = [sheet for page in book.worksheets if (sheet := _sheet(page, counter, unread))]
            if unread and not sheets:
                kind_of(unread[0])
            return sheets
        finally:
            book.close()


def _rows(page: Any) -> Iterator[tuple[int, list[Any]]]:
    """Yield number and values of each row that is not blank, up to its last value."""
    page.reset_dimensions()  # they are what the file declares, which may be wrong
    for number, cells in enumerate(page.iter_rows(), start=1):
        if not cells:  # a row that the file leaves out: there may be a million before a formatted one
            continue
        values = [_value(cell) for cell in cells]
        while values and is_blank(values[-1]):
            values.pop()
        if values:
            yield number, values


def _sheet(page: Any, counter: RowCounter, unread: list[str]) -> Sheet | None:
    """Return what a page holds; None when it is blank, or of no known kind."""
    sheet: Sheet | None = None
    for number, values in _rows(page):
        if len(values) > MOST_COLUMNS:
            raise UnreadableFile(_("La hoja «%(title)s» tiene demasiadas columnas") % {"title": page.title})
        if sheet is not None:
            counter.count(sheet.kind)
            sheet.add(number, values)
            continue
        columns = column_names(values)
        kind = recognise(page.title, columns)
        if kind is None:
            unread.append(page.title)
            return None
        sheet = Sheet(kind, columns=columns)
    return sheet


def _value(cell: Any) -> Any:
    if cell.value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return Formula()
    return unescape(cell.value) if isinstance(cell.value, str) else cell.value


def escape(text: str) -> str:
    """Escape control characters and what looks like an escape; openpyxl's own ``escape`` misses the latter."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def write(datasets: Iterable[Dataset], stream: IO[bytes]) -> None:
    """Write a workbook; raise ``UnreadableFile`` for a text that is too long for a cell."""
    book = openpyxl.Workbook(write_only=True)
    try:
        for dataset in datasets:
            _add(book, dataset)
    except UnreadableFile:
        for page in book.worksheets:  # each holds a temporary file open
            page.close()
        raise
    book.save(stream)


def _add(book: Any, dataset: Dataset) -> None:
    page = book.create_sheet(dataset.title)
    page.freeze_panes = "A2"
    for position, name in enumerate(dataset.headers, start=1):
        letter = openpyxl.utils.get_column_letter(position)
        page.column_dimensions[letter].width = TEXT_WIDTH if "_" in name else KEY_WIDTH
    page.append([_cell(page, name, is_bold=True) for name in dataset.headers])
    for row in dataset:
        page.append([_cell(page, text) for text in row])


def _cell(page: Any, text: str, *, is_bold: bool = False) -> Any:
    escaped = escape(text)
    if len(escaped) > LONGEST_CELL:
        raise UnreadableFile(
            _("Hay un texto de más de 32.767 caracteres, que no cabe en una celda: exporta en JSON o en CSV")
        )
    cell = WriteOnlyCell(page, None)
    cell.value, cell.data_type = escaped, "s"
    cell.number_format = "@"
    if is_bold:
        cell.font = Font(bold=True)
    elif "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
