"""Content of a procedure's answer: sections of rows or tables, sent as JSON or typeset as a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """A heading with either (label, value) rows or a table and its column names."""

    heading: str
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()

    def as_json(self) -> dict[str, Any]:
        if self.columns:
            return {"heading": self.heading, "columns": list(self.columns), "table": [list(row) for row in self.table]}
        return {"heading": self.heading, "rows": [{"label": label, "value": value} for label, value in self.rows]}


@dataclass(frozen=True)
class Content:
    """The content of an answer; no sections means there is no data, and ``statement`` opens a certificate."""

    title: str
    sections: tuple[Section, ...] = ()
    notice: str = ""
    statement: str = ""

    def as_json(self, issued_at: str) -> dict[str, Any]:
        """Return the connector's JSON answer to a consultation."""
        content: dict[str, Any] = {
            "title": self.title,
            "issued_at": issued_at,
            "sections": [section.as_json() for section in self.sections],
        }
        return content | ({"notice": self.notice} if self.notice else {})


def rows(heading: str, *pairs: Row) -> Section:
    return Section(heading, rows=pairs)


def table(heading: str, columns: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> Section:
    return Section(heading, columns=columns, table=tuple(lines))


def euros(amount: Decimal) -> str:
    """Format an amount in Spanish style: ``1234.5`` becomes ``1.234,50 €``."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".") + " €"


def day(when: date) -> str:
    return when.strftime("%d/%m/%Y")


MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


def month(year: int, number: int) -> str:
    return f"{MONTHS[number - 1]} de {year}"
