"""The layout of a consultation: a key figure if it has one, rows, and tables whose cells carry their column's name.

The contract names no key figure. It is the first row of the first section when that is a short number, otherwise that
section's first amount in euros; never a date or a word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_FIGURE_LENGTH = 18
NORMAL_LENGTH, LONG_LENGTH = 6, 9
"""A number of up to so many characters is set at normal or at a smaller size."""
_NUMBER = re.compile(r"(?P<number>-?\d[\d.,]*)(?P<rest>(?:\s?[€%]| de \d+| \w+)?)")
_EUROS = re.compile(r"-?\d[\d.,]*\s?€")


@dataclass(frozen=True)
class Figure:
    """``14`` and ``de 15``, with a label."""

    label: str
    number: str
    rest: str

    @property
    def size(self) -> str:
        """The class for the type size that fits a phone."""
        if len(self.number) > LONG_LENGTH:
            return "longest"
        return "long" if len(self.number) > NORMAL_LENGTH else ""


@dataclass(frozen=True)
class Section:
    """``rows`` of (label, value), or ``records`` of (column, cell)."""

    heading: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    records: list[list[tuple[str, str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """The row of the figure is taken out of the first section."""

    figure: Figure | None
    sections: list[Section]


def layout_of(content: Mapping[str, Any]) -> Layout:
    """Lay out a consultation's content as the connector has parsed it."""
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
    if rows and len(rows[0][1]) <= MAX_FIGURE_LENGTH and _NUMBER.fullmatch(rows[0][1]):
        return 0
    return next((position for position, (_label, value) in enumerate(rows) if _EUROS.fullmatch(value)), None)


def _figure(label: str, value: str) -> Figure:
    matched = _NUMBER.fullmatch(value)
    return Figure(label, matched["number"], matched["rest"].strip()) if matched else Figure(label, value, "")
