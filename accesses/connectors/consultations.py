"""Consultations, read strictly: of one that does not fit the contract nothing is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foundation.http.responses import printable

MOST_SECTIONS, MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 40, 1000, 12, 2000


class NotAConsultation(ValueError):
    """The content does not have the shape of the contract."""


def read_consultation(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with nothing but what the contract knows; raise ``NotAConsultation``."""
    match content:
        case {"title": str(title), "issued_at": str(issued_at), "sections": list(sections)}:
            return {
                "title": _text(title),
                "issued_at": _moment(issued_at),
                "sections": [_section(section) for section in _at_most(sections, MOST_SECTIONS)],
                "notice": _text(content.get("notice") or ""),
            }
    raise NotAConsultation("not a consultation")


def _section(section: Any) -> dict[str, Any]:
    match section:
        case {"heading": str(heading), "rows": list(rows)}:
            return {"heading": _text(heading), "rows": [_row(row) for row in _at_most(rows, MOST_ROWS)]}
        case {"heading": str(heading), "columns": list(columns), "table": list(table)}:
            names = [_text(name) for name in _at_most(columns, MOST_COLUMNS)]
            return {
                "heading": _text(heading),
                "columns": names,
                "table": [_cells(cells, len(names)) for cells in _at_most(table, MOST_ROWS)],
            }
    raise NotAConsultation("section")


def _row(row: Any) -> dict[str, str]:
    match row:
        case {"label": str(label), "value": value}:
            return {"label": _text(label), "value": _text(value)}
    raise NotAConsultation("row")


def _cells(cells: Any, width: int) -> list[str]:
    if not isinstance(cells, list) or len(cells) != width:
        raise NotAConsultation("table")
    return [_text(cell) for cell in cells]


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotAConsultation("text")
    text = printable(str(value))
    if len(text) > LONGEST_TEXT:
        raise NotAConsultation("text too long")
    return text


def _at_most(items: list[Any], most: int) -> list[Any]:
    if len(items) > most:
        raise NotAConsultation("too many")
    return items


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAConsultation("issued_at") from error
    return moment.isoformat()
