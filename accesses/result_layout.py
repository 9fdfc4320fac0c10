"""How a consultation is laid out: a key figure where it has one, rows, and tables whose cells know their column.

The contract names no key figure. It is the first row of the first section when that is a short number, else that
section's first amount in euros; a date or a word never is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST_FIGURE = 18
LONG_NUMBER, LONGEST_NUMBER = 6, 9
_NUMBER = re.compile(r"(?P<number>-?\d[\d.,]*)(?P<rest>(?:\s?[€%]| de \d+| \w+)?)")
_EUROS = re.compile(r"-?\d[\d.,]*\s?€")


@dataclass(frozen=True)
class Figure:
    """``14`` ``de 15``, and what it is."""

    label: str
    number: str
    rest: str

    @property
    def size(self) -> str:
        """How large it can be set on a phone."""
        if len(self.number) > LONGEST_NUMBER:
            return "longest"
        return "long" if len(self.number) > LONG_NUMBER else ""


@dataclass(frozen=True)
class Section:
    """``rows`` of label and value, or ``records`` of column and cell."""

    heading: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    records: list[list[tuple[str, str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """The first section carries the figure, whose row it has no more."""

    figure: Figure | None
    sections: list[Section]


def layout_of(content: Mapping[str, Any]) -> Layout:
    """The layout of a consultation's content, as the connector read it."""
    sections = [_section(section) for section in content.get("sections", [])]
    figure = None
    if sections and (position := _figure_row(sections[0].rows)) is not None:
        label, value = sections[0].rows.pop(position)
        figure = _figure(label, value)
    return Layout(figure, sections)


def _section(content: Mapping[str, Any]) -> Section:
    columns = list(content.get("columns", []))
    return Section(
        content.get("heading", ""),
        [(row["label"], row["value"]) for row in content.get("rows", [])],
        columns,
        [list(zip(columns, cells, strict=True)) for cells in content.get("table", [])],
    )


def _figure_row(rows: list[tuple[str, str]]) -> int | None:
    if rows and len(rows[0][1]) <= LONGEST_FIGURE and _NUMBER.fullmatch(rows[0][1]):
        return 0
    return next((place for place, (_label, value) in enumerate(rows) if _EUROS.fullmatch(value)), None)


def _figure(label: str, value: str) -> Figure:
    matched = _NUMBER.fullmatch(value)
    return Figure(label, matched["number"], matched["rest"].strip()) if matched else Figure(label, value, "")
