"""Sheets as they were read from a file in which nothing is wrong, kept so that they need not be read again."""

import json
import zlib

from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Row, Sheet


def prepared(sheets: list[Sheet]) -> bytes:
    """The sheets, small; only what is read of them."""
    kept = [
        {
            "kind": sheet.kind,
            "columns": sheet.columns,
            "rows": [[row.number, _read_of(row)] for row in sheet.rows],
        }
        for sheet in sheets
    ]
    return zlib.compress(json.dumps(kept).encode(), level=1)


def _read_of(row: Row) -> dict[str, object]:
    columns = RESOURCES[row.kind].columns
    return {name: cell for name, cell in row.cells.items() if name in columns and not columns[name].readonly}


def restored(content: bytes) -> list[Sheet]:
    """What ``prepared`` was given."""
    return [
        Sheet(sheet["kind"], [Row(sheet["kind"], number, cells) for number, cells in sheet["rows"]], sheet["columns"])
        for sheet in json.loads(zlib.decompress(content))
    ]
