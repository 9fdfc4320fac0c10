"""A file of any of the formats, as sheets; the format is seen in the content, whatever the file is called."""

import json
from typing import Any

from django.utils.translation import gettext as _

from procedures.exchange import comma_files, workbooks
from procedures.exchange.archives import unpacked
from procedures.exchange.sheets import Gauge, Row, Sheet, Unreadable, kind_of, with_rows

MOST_BYTES = 10 * 1024 * 1024
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(content: bytes) -> list[Sheet]:
    """The sheets of a file; raises ``Unreadable`` with a sentence when it cannot be taken."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("El archivo pasa de 10 MB. Repártelo en varios, por ejemplo uno por organismo."))
    if not content.strip():
        raise Unreadable(_("El archivo está vacío"))
    if content.startswith(OLD_OFFICE):
        raise Unreadable(_("Es un libro de Excel antiguo o con contraseña: guárdalo como .xlsx, sin contraseña"))
    gauge = Gauge()
    if content.startswith(ZIP):
        return with_rows(_zipped(content, gauge))
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return with_rows(_of_json(content, gauge))
    return with_rows([comma_files.read(content, gauge)])


def _zipped(content: bytes, gauge: Gauge) -> list[Sheet]:
    with unpacked(content) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return workbooks.read(content, gauge)
        files = [name for name in names if name.lower().endswith(".csv")]
        if not files:
            raise Unreadable(_("El archivo no es un libro de Excel ni un zip con archivos CSV"))
        return [_named(name, archive.read(name), gauge) for name in files]


def _named(name: str, content: bytes, gauge: Gauge) -> Sheet:
    try:
        return comma_files.read(content, gauge)
    except Unreadable as error:
        raise Unreadable(f"{name}: {error}") from error


def _of_json(content: bytes, gauge: Gauge) -> list[Sheet]:
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        where = _("línea %(line)d") % {"line": error.lineno} if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(_("El archivo no es JSON que se pueda leer") + (f" ({where})" if where else "")) from error
    if not isinstance(found, dict) or not all(isinstance(rows, list) for rows in found.values()):
        raise Unreadable(
            _("El JSON tiene que ser así: {«entities»: [{«slug»: …}, …], …}").replace("«", '"').replace("»", '"')
        )
    return [_json_sheet(kind_of(title), rows, gauge) for title, rows in found.items()]


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _json_sheet(kind: str, rows: list[Any], gauge: Gauge) -> Sheet:
    sheet = Sheet(kind)
    columns: dict[str, None] = {}
    for number, cells in enumerate(rows, start=1):
        gauge.count(kind)
        if not isinstance(cells, dict):
            raise Unreadable(_("%(kind)s, fila %(row)d: tiene que ser un objeto {…}") % {"kind": kind, "row": number})
        columns |= dict.fromkeys(cells)
        sheet.rows.append(Row(kind, number, cells))
    sheet.columns = list(columns)
    return sheet
