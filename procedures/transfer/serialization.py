"""Sheets kept between checking and applying an import, so that its file is parsed once."""

import json
import zlib

from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Row, Sheet


def dump_sheets(sheets: list[Sheet]) -> bytes:
    """Return the sheets of an upload, compressed, without the columns that an import ignores."""
    content = [
        {"kind": sheet.kind, "columns": sheet.columns, "rows": [[row.number, _imported(row)] for row in sheet.rows]}
        for sheet in sheets
    ]
    return zlib.compress(json.dumps(content).encode(), level=1)


def _imported(row: Row) -> dict[str, object]:
    columns = RESOURCES[row.kind].columns
    return {name: cell for name, cell in row.cells.items() if name in columns and not columns[name].readonly}


def load_sheets(content: bytes) -> list[Sheet]:
    """Return what ``dump_sheets`` was given."""
    return [
        Sheet(sheet["kind"], [Row(sheet["kind"], number, cells) for number, cells in sheet["rows"]], sheet["columns"])
        for sheet in json.loads(zlib.decompress(content))
    ]
