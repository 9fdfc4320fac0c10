"""JSON: ``{"entities": [{…}, …], …}``; lists, tables, numbers and truth values stay what they are."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from tablib import Dataset

from procedures.transfer.formats.encoding import decode
from procedures.transfer.sheets import Row, RowCounter, Sheet, UnreadableFile, is_blank, kind_of

_BEFORE = b"\xef\xbb\xbf \t\r\n"
"""The bytes of byte order marks and blanks."""


def is_json(content: bytes) -> bool:
    return content.lstrip(_BEFORE)[:1] in (b"{", b"[")


def read(content: bytes, counter: RowCounter) -> list[Sheet]:
    """Return the sheets; raise ``UnreadableFile``."""
    try:
        found = json.loads(decode(content), parse_constant=_reject_constant)
    except UnreadableFile:
        raise
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
        if all(map(is_blank, cells.values())):
            continue
        columns |= dict.fromkeys(cells)
        sheet.rows.append(Row(kind, number, cells))
    sheet.columns = list(columns)
    return sheet


def write(datasets: Iterable[Dataset], stream: IO[bytes]) -> None:
    """Write one row per line, so that two exports can be compared line by line."""
    before = "{"
    for dataset in datasets:
        _write_sheet(before, dataset.title, (dict(zip(dataset.headers, row, strict=True)) for row in dataset), stream)
        before = ","
    stream.write(b"\n}\n")


def write_rows(rows: Mapping[str, Iterable[Mapping[str, Any]]], stream: IO[bytes]) -> None:
    """Write rows by kind, each with the columns that it has."""
    before = "{"
    for kind, cells in rows.items():
        _write_sheet(before, kind, cells, stream)
        before = ","
    stream.write(b"\n}\n")


def _write_sheet(before: str, title: str, rows: Iterable[Mapping[str, Any]], stream: IO[bytes]) -> None:
    stream.write(f"{before}\n{json.dumps(title)}: [".encode())
    for number, row in enumerate(rows):
        stream.write(f"{',' if number else ''}\n{json.dumps(row, ensure_ascii=False)}".encode())
    stream.write(b"\n]")
