"""CSV: one kind per file, and a zip for several.

What a spreadsheet would run as a formula is written behind an apostrophe, and read without it.
"""

import csv
import io
from collections.abc import Iterable
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _
from tablib import Dataset

from foundation.csv_cells import escape_formula, unescape_formula
from procedures.transfer.sheets import MOST_COLUMNS, RowCounter, Sheet, UnreadableFile, kind_with_columns

LONGEST_FIELD = 10 * 1024 * 1024
DELIMITERS = ",;\t"
csv.field_size_limit(LONGEST_FIELD)


def read(content: bytes, counter: RowCounter) -> Sheet:
    """Return the one sheet of a CSV file, its kind recognised by its columns; raise ``UnreadableFile``."""
    lines = csv.reader(io.StringIO(_decode(content), newline=""), delimiter=_delimiter(content))
    try:
        columns = [name.strip() for name in next(lines, [])]
        while columns and not columns[-1]:
            columns.pop()
        if not columns or len(columns) > MOST_COLUMNS:
            raise UnreadableFile(_("El archivo está vacío o su primera fila no lleva los nombres de las columnas"))
        sheet = Sheet(kind_with_columns(columns), columns=columns)
        for number, line in enumerate(lines, start=2):
            if any(line):
                counter.count(sheet.kind)
                sheet.add(number, [unescape_formula(text) for text in line])
    except csv.Error as error:
        raise UnreadableFile(_("El archivo no es un CSV que se pueda leer")) from error
    return sheet


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("El archivo no está en UTF-8: guárdalo como «CSV UTF-8»")) from error
    if "\x00" in text:
        raise UnreadableFile(_("El archivo no es JSON, XLSX ni CSV"))
    return text


def _delimiter(content: bytes) -> str:
    """Return the most frequent candidate of the header: no column name has any, and Spanish Excel uses semicolons."""
    header = content.partition(b"\n")[0].decode(errors="replace")
    return max(DELIMITERS, key=header.count)


def write(dataset: Dataset, stream: IO[bytes]) -> None:
    """Write one kind in UTF-8, with the byte order mark by which spreadsheets recognise it."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(dataset.headers)
    lines.writerows([escape_formula(value) for value in row] for row in dataset)
    text.detach()


def write_zip(datasets: Iterable[Dataset], stream: IO[bytes]) -> None:
    """Write a zip with one file per kind."""
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for dataset in datasets:
            with archive.open(f"{dataset.title}.csv", "w") as part:
                write(dataset, part)
