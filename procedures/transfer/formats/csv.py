"""CSV: one kind per file, and a zip for several.

What a spreadsheet would run as a formula is written behind an apostrophe, and read without it.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _
from tablib import Dataset

from foundation.csv_cells import escape_formula, unescape_formula
from procedures.transfer.formats.encoding import decode
from procedures.transfer.sheets import RowCounter, Sheet, UnreadableFile, column_names, is_blank, kind_with_columns

LONGEST_FIELD = 10 * 1024 * 1024
DELIMITERS = ",;\t"
_DIRECTIVE = re.compile(r'"?sep=([,;\t|])"?(?=\r?\n)', re.IGNORECASE)
csv.field_size_limit(LONGEST_FIELD)


def read(content: bytes, counter: RowCounter) -> Sheet:
    """Return the one sheet of a CSV file, its kind recognised by its columns; raise ``UnreadableFile``."""
    text, delimiter = split_directive(decode(content))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    sheet: Sheet | None = None
    try:
        for number, line in enumerate(lines, start=1):
            if not any(not is_blank(cell) for cell in line):
                continue
            if sheet is None:
                columns = column_names(line)
                sheet = Sheet(kind_with_columns(columns), columns=columns)
            else:
                counter.count(sheet.kind)
                sheet.add(number, [unescape_formula(cell) for cell in line])
    except csv.Error as error:
        raise UnreadableFile(_("El archivo no es un CSV que se pueda leer")) from error
    if sheet is None:
        raise UnreadableFile(_("El archivo está vacío o su primera fila no lleva los nombres de las columnas"))
    return sheet


def split_directive(text: str) -> tuple[str, str]:
    """Return the text and its delimiter, which the first line may state as ``sep=;``; the line is left blank."""
    if stated := _DIRECTIVE.match(text):
        return text[stated.end() :], stated[1]
    return text, _delimiter(text)


def _delimiter(text: str) -> str:
    """Return the most frequent candidate of the header: no column name has any, and Spanish Excel uses semicolons."""
    header = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def write(dataset: Dataset, stream: IO[bytes], delimiter: str = ",") -> None:
    """Write one kind in UTF-8, with the byte order mark by which spreadsheets recognise it."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text, delimiter=delimiter)
    lines.writerow(dataset.headers)
    lines.writerows([escape_formula(value) for value in row] for row in dataset)
    text.detach()


def write_zip(datasets: Iterable[Dataset], stream: IO[bytes]) -> None:
    """Write a zip with one file per kind."""
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for dataset in datasets:
            with archive.open(f"{dataset.title}.csv", "w") as part:
                write(dataset, part)
