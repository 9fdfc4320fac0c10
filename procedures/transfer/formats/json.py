"""JSON: ``{"entities": [{…}, …], …}``; lists, tables, numbers and truth values stay what they are."""

import json
from collections.abc import Iterable
from typing import IO, Any

from django.utils.translation import gettext as _
from tablib import Dataset

from procedures.transfer.sheets import Row, RowCounter, Sheet, UnreadableFile, kind_of

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def is_json(content: bytes) -> bool:
    return content.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] in (b"{", b"[")


def read(content: bytes, counter: RowCounter) -> list[Sheet]:
    """Return the sheets; raise ``UnreadableFile``."""
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        sentence = _("El archivo no es JSON que se pueda leer")
        if isinstance(error, json.JSONDecodeError):
            sentence += f" ({_('línea %(line)d') % {'line': error.lineno}})"
        raise UnreadableFile(sentence) from error
    if not isinstance(found, dict) or not all(isinstance(rows, list) for rows in found.values()):
        raise UnreadableFile(
            _("El JSON tiene que ser así: {«entities»: [{«slug»: …}, …], …}").replace("«", '"').replace("»", '"')
        )
    return [_sheet(kind_of(title), rows, counter) for title, rows in found.items()]


def _reject_constant(text: str) -> Any:
    """Refuse ``NaN`` and ``Infinity``, which are no JSON and which no database column holds."""
    raise ValueError(text)


def _sheet(kind: str, rows: list[Any], counter: RowCounter) -> Sheet:
    sheet = Sheet(kind)
    columns: dict[str, None] = {}
    for number, cells in enumerate(rows, start=1):
        counter.count(kind)
        if not isinstance(cells, dict):
            sentence = _("%(kind)s, fila %(row)d: tiene que ser un objeto {…}")
            raise UnreadableFile(sentence % {"kind": kind, "row": number})
        columns |= dict.fromkeys(cells)
        sheet.rows.append(Row(kind, number, cells))
    sheet.columns = list(columns)
    return sheet


def write(datasets: Iterable[Dataset], stream: IO[bytes]) -> None:
    """Write one row per line, so that two exports can be compared line by line."""
    before = "{"
    for dataset in datasets:
        stream.write(f"{before}\n{json.dumps(dataset.title)}: [".encode())
        for number, row in enumerate(dataset):
            line = json.dumps(dict(zip(dataset.headers, row, strict=True)), ensure_ascii=False)
            stream.write(f"{',' if number else ''}\n{line}".encode())
        stream.write(b"\n]")
        before = ","
    stream.write(b"\n}\n")
