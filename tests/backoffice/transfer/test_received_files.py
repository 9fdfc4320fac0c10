"""Files as spreadsheets, archives and people make them: sent with the form, told in the report."""

import codecs
import csv
import io
import json
import time
import unicodedata
from collections.abc import Callable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.styles import Font

from backoffice.models import ImportRun, ImportState
from backoffice.roles import Role
from procedures.models import Entity, Procedure, ProcedureVersion
from procedures.transfer.export import Format
from procedures.transfer.resources import RESOURCES
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.backoffice.transfer.test_views import send, state_of, text_of
from tests.pages import PageClient
from tests.procedures.transfer.factories import a_content, an_entity, export_file

pytestmark = pytest.mark.django_db
TEXT = "Línea uno: año, niño\nLínea dos; «tres»"


@pytest.fixture
def editor() -> PageClient:
    return signed_in(a_staff_user(Role.EDITOR))


@pytest.fixture(autouse=True)
def _a_small_catalogue() -> None:
    entity = an_entity(contact="Teléfono: 060", name_en="Traffic", short_name_en="Traffic")
    for slug in ("x", "y"):
        a_content(Procedure.objects.create(entity=entity, slug=slug), purpose_es=TEXT, needs_es="Nada").publish()


# --- What is no change ------------------------------------------------------------------------------------------------

type Change = Callable[[str], str]


def rows_of(kind: str) -> list[list[str]]:
    """Return the names of the columns and the rows of an export, as text."""
    content = export_file(Format.CSV, kind).decode("utf-8-sig")
    return [list(line) for line in csv.reader(io.StringIO(content, newline=""))]


def written(rows: list[list[str]], *, delimiter: str = ",", end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return target.getvalue()


def changed(change: Change, kind: str = "versions") -> list[list[str]]:
    """Return an export whose cells, but not whose header, are changed."""
    header, *rows = rows_of(kind)
    return [header, *[[change(cell) for cell in row] for row in rows]]


def a_workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a zip with the content of its parts changed."""
    with ZipFile(io.BytesIO(content)) as archive:
        return a_zip(**{name: change(name, archive.read(name)) for name in archive.namelist()})


SAME_CELLS: dict[str, Change] = {
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "line ends of an old Mac": lambda text: text.replace("\n", "\r"),
    "escaped returns": lambda text: text.replace("\n", "_x000D_\n"),
    "escaped returns in small letters": lambda text: text.replace("\n", "_x000d_\n"),
    "a blank at the end that does not break": lambda text: text and f"{text}\u00a0",
    "blanks at the end": lambda text: text and f"{text}  \t",
    "a line break at the end": lambda text: text and f"{text}\r\n",
    "blanks at the end of a line": lambda text: text.replace("\n", " \u00a0\n"),
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "characters of no width": lambda text: f"{text[:1]}\u200b{text[1:]}\ufeff" if text else "",
    "direction marks": lambda text: f"\u200e{text}\u200e" if text else "",
}


@pytest.mark.parametrize("name", SAME_CELLS)
@pytest.mark.parametrize("kind", ["entities", "procedures", "versions"])
def test_what_nobody_sees_is_no_change(name: str, kind: str, editor: PageClient) -> None:
    rows = changed(SAME_CELLS[name], kind)
    for content in (written(rows).encode("utf-8-sig"), a_workbook((kind, rows))):
        page = send(editor, content, "a.csv")
        assert "No cambia nada" in text_of(page), (name, text_of(page)[:500])


def test_what_is_seen_is_a_change_and_keeps_its_line_ends(editor: PageClient) -> None:
    rows = changed(lambda text: text.replace("tres", "cuatro").replace("\n", "\r\n"))
    page = send(editor, written(rows).encode(), "a.csv")
    assert state_of(page) == ImportState.READY
    page = editor.submit(page, button="Aplicar los cambios", follow=True)
    texts = set(ProcedureVersion.objects.filter(state="draft").values_list("purpose_es", flat=True))
    assert texts == {TEXT.replace("tres", "cuatro")}


def test_a_new_text_is_kept_without_what_nobody_sees(editor: PageClient) -> None:
    rows = rows_of("entities")
    rows.append([*rows[1]])
    rows[2][0] = "aeat\u200b"
    rows[2][1] = unicodedata.normalize("NFD", "Agencia Tributaria española\u00a0")
    page = send(editor, written(rows).encode(), "a.csv")
    editor.submit(page, button="Aplicar los cambios", follow=True)
    assert Entity.objects.get(slug="aeat").name_es == "Agencia Tributaria española"  # type: ignore[attr-defined]


def test_translations_of_a_text_with_other_line_ends_are_taken(editor: PageClient) -> None:
    header, *rows = changed(lambda text: text.replace("\n", "\r\n"), "translations")
    for row in rows:
        if row[1] == "purpose":
            row[3] = "Line one"
    page = send(editor, written([header, *rows]).encode(), "a.csv")
    assert state_of(page) == ImportState.READY
    assert "Line one" in text_of(page)


# --- The forms of a file ----------------------------------------------------------------------------------------------


def csv_of(kind: str = "versions", **how: Any) -> str:
    return written(rows_of(kind), **how)


def with_blank_rows(kind: str = "versions") -> list[list[str]]:
    header, *rows = rows_of(kind)
    blank = ["", "\u00a0", " ", "\u200b"]
    return [[], blank, header, blank, *rows, blank, [""] * len(header)]


def far(column: int = 1) -> bytes:
    """Return a workbook of eight sheets, each with a format in its very last row."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for kind in RESOURCES:
        page = book.create_sheet(kind)
        for row in rows_of(kind):
            page.append(row)
        page.cell(1_048_576, column).font = Font(bold=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def numbers() -> bytes:
    """Return a workbook whose numbers and truth values are numbers and truth values."""
    header, *rows = rows_of("versions")
    typed = [
        [int(cell) if cell.isdigit() else {"sí": True, "no": False}.get(cell, cell) for cell in row] for row in rows
    ]
    return a_workbook(("versions", [header, *typed]))


MARK = codecs.BOM_UTF8
READ: dict[str, Callable[[], bytes]] = {
    "semicolons": lambda: csv_of(delimiter=";").encode("utf-8-sig"),
    "tabs": lambda: csv_of(delimiter="\t").encode(),
    "every cell in quotation marks": lambda: csv_of(quoting=csv.QUOTE_ALL).encode(),
    "line ends of Unix": lambda: csv_of(end="\n").encode(),
    "a line that names the delimiter": lambda: b"sep=;\r\n" + csv_of(delimiter=";").encode(),
    "that line behind a mark": lambda: MARK + b"SEP=,\n" + csv_of().encode(),
    "two byte order marks": lambda: MARK + MARK + csv_of().encode(),
    "UTF-16, as Excel's Unicode text": lambda: csv_of(delimiter="\t").encode("utf-16"),
    "no width in a header": lambda: csv_of().replace("procedure,", "procedure\u200b\u00a0,", 1).encode(),
    "a mark within a header": lambda: csv_of().replace("procedure,", '"\ufeffprocedure",', 1).encode(),
    "accents apart everywhere": lambda: unicodedata.normalize("NFD", csv_of()).encode(),
    "blank rows": lambda: written(with_blank_rows()).encode(),
    "blank rows in a workbook": lambda: a_workbook(("versions", with_blank_rows())),
    "a column without name or values": lambda: written(
        [[*row[:2], "", *row[2:]] for row in rows_of("versions")]
    ).encode(),
    "columns without a name at the end": lambda: written([[*row, "", ""] for row in rows_of("versions")]).encode(),
    "blank objects in JSON": lambda: json.dumps(
        {"entities": [{"slug": ""}, *json.loads(export_file(Format.JSON, "entities"))["entities"]]}
    ).encode(),
    "JSON behind two marks": lambda: MARK + MARK + b" \r\n" + export_file(Format.JSON),
    "a workbook in a blank book": lambda: a_workbook(("Hoja1", []), ("versions", rows_of("versions")), ("Hoja3", [])),
    "a sheet named in words": lambda: a_workbook(("ORGANISMOS ", rows_of("entities"))),
    "a sheet known by its columns": lambda: a_workbook(("tramites-versions-2026", rows_of("versions"))),
    "numbers as numbers": numbers,
    "numbers as text with a comma": lambda: csv_of("entities", delimiter=";").replace(";0\r\n", ";0,0\r\n").encode(),
    "choices with a blank": lambda: csv_of("entities").replace("petrol", "petrol\u00a0").encode(),
    "an archive of a Mac": lambda: a_zip(
        **{
            "catalogo/": b"",
            "catalogo/entities.csv": csv_of("entities").encode(),
            "catalogo/versions.CSV": csv_of().encode(),
            "__MACOSX/catalogo/._entities.csv": b"\0\5\x16\7",
            "catalogo/.DS_Store": b"\0\0\0\1",
            "catalogo/~$versions.csv": b"\x04user",
            "catalogo/.~lock.entities.csv#": b",user",
            "catalogo/empty.csv": b"",
            "catalogo/blank.csv": MARK + b"\r\n",
            "Thumbs.db": b"\xd0\xcf",
        }
    ),
    "a last row far away": far,
    "a last row and column far away": lambda: far(16_384),
}


@pytest.mark.parametrize("name", READ)
def test_a_file_in_any_usual_form_is_read(name: str, editor: PageClient) -> None:
    content = READ[name]()
    began = time.perf_counter()
    page = send(editor, content, "catalogo")
    assert time.perf_counter() - began < 8
    assert "No cambia nada" in text_of(page), text_of(page)[:600]
    assert "No se ha leído" not in text_of(page)


def ods() -> bytes:
    return a_zip(**{"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})


def strict() -> bytes:
    old = b"http://schemas.openxmlformats.org/"
    return repacked(export_file(Format.XLSX), lambda name, part: part.replace(old, b"http://purl.oclc.org/ooxml/"))


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "Strict Open XML": (strict, "«Open XML estricto», que no se puede leer: guárdalo como «Libro de Excel (.xlsx)»"),
    "LibreOffice": (ods, "hoja de LibreOffice (.ods): guárdala como .xlsx"),
    "a binary workbook": (lambda: a_zip(**{"xl/workbook.bin": b"\0"}), "(.xlsb): guárdalo como .xlsx"),
    "Numbers": (lambda: a_zip(**{"Index/Document.iwa": b"\0"}), "hoja de Numbers: expórtala como .xlsx"),
    "Word": (lambda: a_zip(**{"word/document.xml": b"<a/>"}), "documento de Word"),
    "Excel 97": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel antiguo o con contraseña"),
    "a page named .xls": (lambda: b"\r\n<html><table><tr><td>slug</td></tr></table>", "Es una página web o XML"),
    "XML of Excel 2003": (lambda: MARK + b'<?xml version="1.0"?><Workbook></Workbook>', "Es una página web o XML"),
    "Windows-1252": (lambda: csv_of().encode("cp1252"), "no está en UTF-8: guárdalo como «CSV UTF-8»"),
    "an archive with nothing in it": (
        lambda: a_zip(**{"__MACOSX/._a.csv": b"\0", "a.csv": b""}), "ni un zip con archivos CSV"
    ),
    "a single sheet of notes": (lambda: a_workbook(("Notas", [["uno"], ["dos"]])), "No sé qué es la hoja «Notas»"),
    "a title with a slip": (
        lambda: a_workbook(("entitis", [["a"]]), ("entities", rows_of("entities"))), "¿Querías decir «entities»?"
    ),
    "names of columns alone": (lambda: csv_of().partition("\r\n")[0].encode(), "no hay ninguna fila debajo"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(name: str, editor: PageClient) -> None:
    make, sentence = REFUSED[name]
    page = send(editor, make(), "catalogo.xlsx")
    assert state_of(page) == ImportState.REFUSED
    assert sentence in text_of(page)
    assert name == "names of columns alone" or "vacío" not in text_of(page)


UNREAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a sheet of notes": (
        lambda: a_workbook(("entities", rows_of("entities")), ("Notas", [["Pendiente"], ["Llamar a Ana"]])), "Notas"
    ),
    "other files": (
        lambda: a_zip(**{"entities.csv": csv_of("entities").encode(), "leeme.txt": b"hola", "b.xlsx": b"PK"}),
        "leeme.txt, b.xlsx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_named(name: str, editor: PageClient) -> None:
    make, names = UNREAD[name]
    page = send(editor, make(), "catalogo")
    assert f"No se ha leído: {names}." in text_of(page)
    assert state_of(page) == ImportState.READY
    assert "No cambia nada" in text_of(page)


def test_what_was_not_read_is_still_said_after_the_changes_were_applied(editor: PageClient) -> None:
    rows = rows_of("entities")
    rows[1][rows[0].index("tone")] = "plum"
    page = send(editor, a_workbook(("entities", rows), ("Notas", [["a"]])), "catalogo.xlsx")
    page = editor.submit(page, button="Aplicar los cambios", follow=True)
    assert state_of(page) == ImportState.APPLIED
    assert "No se ha leído: Notas." in text_of(page)
    assert ImportRun.objects.get().unread == ["Notas"]
