"""Sheets of rows as a file has them, and the errors that show before any row is compared with the catalogue."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from procedures.transfer.normalization import clean_key
from procedures.transfer.resources import RESOURCES
from procedures.transfer.widgets import suggestion

MOST_ROWS, MOST_ROWS_A_SHEET = 40_000, 20_000
MOST_COLUMNS = 100
ERRORS_COLUMN = "errors"
"""Says in a corrected copy what is wrong with each row; ignored when the copy comes back."""


class UnreadableFile(ValueError):
    """The file cannot be imported at all; the message is a sentence for whoever sent it."""


@dataclass(frozen=True)
class Formula:
    """A cell that the spreadsheet computes, or an error of it: either way it holds no value of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet; ``number`` is 0 when no file has such a row.

    ``place`` locates the row in a file that has no row numbers, and ``digest`` identifies what such a file says.
    """

    kind: str
    number: int
    cells: dict[str, Any]
    place: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """A sentence about one cell; without ``row`` it is about the sheet, without ``column`` about the whole row."""

    kind: str
    sentence: str
    row: Row | None = None
    column: str = ""


@dataclass
class Sheet:
    """The rows of one kind; when ``is_whole`` is false, a column that a row leaves out keeps its current value."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    is_whole: bool = True

    def add(self, number: int, values: Sequence[Any]) -> None:
        """Append a row; a value in or beyond a column without a name goes under the empty name."""
        cells: dict[str, Any] = {name: "" for name in self.columns if name}
        for name, value in zip_longest(self.columns, values, fillvalue=""):
            if name or not is_blank(value):
                cells[name] = value
        self.rows.append(Row(self.kind, number, cells))


class RowCounter:
    """Counts rows while a file is being read, so that a huge file is refused before it is in memory."""

    def __init__(self) -> None:
        self.by_sheet: Counter[str] = Counter()

    def count(self, kind: str) -> None:
        """Count one row; raise ``UnreadableFile`` when it is one too many."""
        self.by_sheet[kind] += 1
        if self.by_sheet[kind] > MOST_ROWS_A_SHEET or self.by_sheet.total() > MOST_ROWS:
            raise UnreadableFile(
                _(
                    "El archivo tiene demasiadas filas: como mucho %(sheet)s por hoja y %(all)s en total. "
                    "Repártelo en varios, por ejemplo uno por organismo."
                )
                % {"sheet": f"{MOST_ROWS_A_SHEET:,}".replace(",", "."), "all": f"{MOST_ROWS:,}".replace(",", ".")}
            )


def is_blank(value: Any) -> bool:
    """Return whether a cell holds nothing that is seen."""
    return value is None or (isinstance(value, str) and not clean_key(value))


def column_names(values: Sequence[Any]) -> list[str]:
    """Return the names in the first row of a sheet; raise ``UnreadableFile`` when there are none, or too many."""
    columns = [clean_key(str(value)) for value in values]
    while columns and not columns[-1]:
        columns.pop()
    if not columns or len(columns) > MOST_COLUMNS:
        raise UnreadableFile(_("El archivo está vacío o su primera fila no lleva los nombres de las columnas"))
    return columns


def recognise(title: str, columns: Sequence[str]) -> str | None:
    """Return the kind of a page by its title, in words too, or else by its columns; None when neither tells.

    Raises ``UnreadableFile`` for a title that is nearly one of a kind.
    """
    name = clean_key(title).casefold()
    for kind, resource in RESOURCES.items():
        if name in (kind, str(resource.title).casefold()):
            return kind
    with suppress(UnreadableFile):
        return kind_with_columns(columns)
    if suggestion(name, list(RESOURCES)):
        return kind_of(title)
    return None


def kind_of(title: str) -> str:
    """Return the kind of the sheet with this title; raise ``UnreadableFile`` with a suggestion."""
    name = title.strip().lower()
    if name in RESOURCES:
        return name
    raise UnreadableFile(
        _("No sé qué es la hoja «%(title)s».%(nearest)s Puede haber: %(kinds)s")
        % {"title": title, "nearest": suggestion(name, list(RESOURCES)), "kinds": ", ".join(RESOURCES)}
    )


def kind_with_columns(columns: Sequence[str]) -> str:
    """Return the kind that these columns fit best, for a file without titles; raise ``UnreadableFile`` if none does."""

    def fit(kind: str) -> tuple[int, int]:
        known = RESOURCES[kind].columns.keys()
        return len(known & set(columns)), -len(known - set(columns))

    best = max(RESOURCES, key=fit)
    if fit(best)[0] < 2:
        raise UnreadableFile(
            _("La primera fila tiene que llevar los nombres de las columnas, y no los reconozco: %(columns)s")
            % {"columns": ", ".join(columns[:10])}
        )
    return best


def column_errors(sheet: Sheet) -> list[RowError]:
    """Return an error for each column that is unknown, missing or duplicated."""
    known = RESOURCES[sheet.kind].columns
    missing = [
        name for name, column in known.items() if name not in sheet.columns and not (column.may_lack or column.readonly)
    ]
    unknown = [name for name in dict.fromkeys(sheet.columns) if name and name not in (*known, ERRORS_COLUMN)]
    candidates = missing or [name for name in known if name not in sheet.columns]
    duplicated = [name for name, times in Counter(filter(None, sheet.columns)).items() if times > 1]

    def errors(names: Iterable[str], sentence: str) -> list[RowError]:
        return [
            RowError(sheet.kind, sentence % {"name": name, "hint": suggestion(name, candidates)}, column=name)
            for name in names
        ]

    return [
        *errors(unknown, _("La columna «%(name)s» no se conoce.%(hint)s")),
        *errors(missing, _("Falta la columna «%(name)s»")),
        *errors(duplicated, _("La columna «%(name)s» está dos veces")),
    ]


def check_sheets(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Return the sheets that are not blank; raise ``UnreadableFile`` when none has rows or one appears twice."""
    found = [sheet for sheet in sheets if sheet.rows or sheet.columns]
    if not any(sheet.rows for sheet in found):
        raise UnreadableFile(_("El archivo está vacío: no hay ninguna fila debajo de los nombres de las columnas"))
    for kind, times in Counter(sheet.kind for sheet in found).items():
        if times > 1:
            raise UnreadableFile(_("La hoja «%(kind)s» está dos veces") % {"kind": kind})
    return found
