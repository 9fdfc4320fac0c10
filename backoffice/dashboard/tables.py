"""Tables of figures, shown on the dashboard and exported as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise

from backoffice.dashboard.charts import Bar, Range
from foundation.csv_cells import escape_formula

type Text = str | Promise
type Cell = Text | int | float | date | None

EMPTY_CELL = "—"


@dataclass(frozen=True)
class Row:
    """Cells, of which the first names the row; ``query`` is what the name links to."""

    cells: tuple[Cell, ...]
    chart: Bar | Range | None = None
    query: str = ""

    @property
    def name(self) -> str:
        return display(self.cells[0])

    @property
    def values(self) -> list[tuple[str, bool]]:
        """The other cells, localized, each with whether it is a number."""
        return [(display(cell), _is_number(cell)) for cell in self.cells[1:]]

    @property
    def chart_kind(self) -> str:
        return type(self.chart).__name__.lower() if self.chart else ""


@dataclass(frozen=True)
class Table:
    """``key`` names the table in the URL of its CSV; ``chart_title`` heads the column of charts, if there is one."""

    key: str
    title: Text
    columns: tuple[Text, ...]
    rows: Sequence[Row]
    note: Text = ""
    chart_title: Text = ""
    empty: Text = ""

    @property
    def headings(self) -> list[tuple[Text, bool]]:
        """The name of each column, with whether it holds numbers."""
        first = self.rows[0].cells if self.rows else ()
        return [(name, _is_number(cell)) for name, cell in zip_longest(self.columns, first)]

    def as_csv(self) -> bytes:
        """Return UTF-8 with a byte order mark, separated by semicolons.

        A Spanish spreadsheet, where the comma is the decimal sign, opens that by a double click.
        """
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow([escape_formula(str(column)) for column in self.columns])
        writer.writerows([[_csv_cell(cell) for cell in row.cells] for row in self.rows])
        return text.getvalue().encode("utf-8-sig")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or cell is None


def display(cell: Cell) -> str:
    """Return a cell as people read it, in the current language."""
    match cell:
        case None:
            return EMPTY_CELL
        case int():
            return number_format(cell, force_grouping=True)
        case float():
            return number_format(cell, 1, force_grouping=True)
        case date():
            return date_format(cell, "SHORT_DATE_FORMAT")
    return str(cell)


def _csv_cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case int():
            return str(cell)
        case float():
            return number_format(cell, 1)
        case date():
            return f"{cell:%Y-%m-%d}"
    return escape_formula(str(cell))
