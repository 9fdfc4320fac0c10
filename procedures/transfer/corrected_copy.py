"""A copy of an uploaded file to go on from: values as an import reads them, and what is wrong beside each row.

The column of errors is ignored when the copy is imported.
"""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from tablib import Dataset

from procedures.transfer.formats import csv, json, xlsx
from procedures.transfer.formats.encoding import decode
from procedures.transfer.normalization import canonical
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import ERRORS_COLUMN, Formula, Row, Sheet
from procedures.transfer.upload import ZIP, is_workbook, read

type Errors = Mapping[tuple[str, int], str]
"""What is wrong with a row, by its kind and number; with number 0, with its sheet."""


def write(stream: IO[bytes], content: bytes, errors: Errors) -> str:
    """Write a copy in the format of the content, and return the extension of the file."""
    sheets = read(content)
    if content.startswith(ZIP):
        datasets = [_dataset(sheet, errors) for sheet in sheets]
        if is_workbook(content):
            xlsx.write(datasets, stream)
            return "xlsx"
        csv.write_zip(datasets, stream)
        return "zip"
    if json.is_json(content):
        json.write_rows({sheet.kind: list(_rows(sheet, errors, native=True)) for sheet in sheets}, stream)
        return "json"
    csv.write(_dataset(sheets[0], errors), stream, csv.split_directive(decode(content))[1])
    return "csv"


def _dataset(sheet: Sheet, errors: Errors) -> Dataset:
    columns = [name for name in dict.fromkeys(sheet.columns) if name and name != ERRORS_COLUMN]
    dataset = Dataset(headers=[*columns, ERRORS_COLUMN], title=sheet.kind)
    for row in _rows(sheet, errors, native=False):
        dataset.append([row.get(name, "") for name in dataset.headers])
    return dataset


def _rows(sheet: Sheet, errors: Errors, *, native: bool) -> Iterator[dict[str, Any]]:
    """Yield the cells of each row, with its errors under ``ERRORS_COLUMN``; those of the sheet stand in its first."""
    of_sheet = errors.get((sheet.kind, 0), "")
    for row in sheet.rows:
        cells = {name: _cell(row, name, native=native) for name in row.cells if name and name != ERRORS_COLUMN}
        wrong = "\n".join(filter(None, (of_sheet, errors.get((row.kind, row.number), ""))))
        of_sheet = ""
        yield cells | ({ERRORS_COLUMN: wrong} if wrong else {})


def _cell(row: Row, name: str, *, native: bool) -> Any:
    """Return a value as an export writes it; one that cannot be read stays as it came."""
    value, column = row.cells[name], RESOURCES[row.kind].columns.get(name)
    if isinstance(value, Formula):
        return ""
    if column is not None and not column.readonly:
        try:
            clean = column.widget.clean(value)
        except ValueError:
            pass
        else:
            value = column.widget.render(canonical(clean) if isinstance(clean, str) else clean, native=native)
    return value if native or isinstance(value, str) else str(value)
