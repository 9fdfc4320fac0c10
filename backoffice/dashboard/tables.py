"""Tables of numbers: shown on the page, and saved as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise

from backoffice.dashboard.charts import Bar, Marks

type Text = str | Promise
type Cell = Text | int | float | date | None

NOTHING = "—"
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """The cells of a row, the first of which names it; what is drawn in it, and where its name leads."""

    cells: tuple[Cell, ...]
    drawn: Bar | Marks | None = None
    query: str = ""

    @property
    def name(self) -> str:
        return shown(self.cells[0])

    @property
    def values(self) -> list[tuple[str, bool]]:
        """The other cells in the language in use, and whether each is a number."""
        return [(shown(cell), _is_number(cell)) for cell in self.cells[1:]]

    @property
    def kind(self) -> str:
        return type(self.drawn).__name__.lower() if self.drawn else ""


@dataclass(frozen=True)
class Table:
    """``key`` names it in the address of its CSV; ``drawn`` heads the column of what is drawn, if any is."""

    key: str
    title: Text
    columns: tuple[Text, ...]
    rows: Sequence[Row]
    note: Text = ""
    drawn: Text = ""
    empty: Text = ""

    @property
    def heads(self) -> list[tuple[Text, bool]]:
        """Each column's name, and whether it holds numbers."""
        first = self.rows[0].cells if self.rows else ()
        return [(name, _is_number(cell)) for name, cell in zip_longest(self.columns, first)]

    def as_csv(self) -> bytes:
        """UTF-8 with its mark, and parted by semicolons: a spreadsheet in Spanish, where the comma is the decimal
        sign, opens that by a double click."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow([_harmless(str(column)) for column in self.columns])
        writer.writerows([[_written(cell) for cell in row.cells] for row in self.rows])
        return text.getvalue().encode("utf-8-sig")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or cell is None


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    match cell:
        case None:
            return NOTHING
        case int():
            return number_format(cell, force_grouping=True)
        case float():
            return number_format(cell, 1, force_grouping=True)
        case date():
            return date_format(cell, "SHORT_DATE_FORMAT")
    return str(cell)


def _written(cell: Cell) -> str:
    """A cell as a spreadsheet reads it."""
    match cell:
        case None:
            return ""
        case int():
            return str(cell)
        case float():
            return number_format(cell, 1)
        case date():
            return f"{cell:%Y-%m-%d}"
    return _harmless(str(cell))


def _harmless(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text
