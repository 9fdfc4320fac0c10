"""The report of three hundred rows with four errors: what it opens on, and the copy to correct them in."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.models import ImportRun, ImportState
from backoffice.roles import Role
from procedures.models import Entity
from procedures.transfer.export import Format
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.backoffice.transfer.test_received_files import a_workbook, a_zip, csv_of, rows_of, written
from tests.backoffice.transfer.test_views import press, send, state_of, text_of
from tests.pages import PageClient, parse
from tests.procedures.transfer.factories import export_file

pytestmark = pytest.mark.django_db
NUMBER = 300
WRONG = {7: ("tone", "plumm"), 70: ("monogram", "LARGUÍSIMO"), 170: ("site", "javascript:1"), 270: ("order", "pronto")}
"""The rows in error, by their number in the file: the column and what stands in it."""


@pytest.fixture
def editor() -> PageClient:
    return signed_in(a_staff_user(Role.EDITOR))


@pytest.fixture(autouse=True)
def _three_hundred_bodies() -> None:
    Entity.objects.bulk_create(
        Entity(slug=f"e{number:03}", name_es=f"Organismo {number}", short_name_es=f"O{number}", monogram="O")
        for number in range(NUMBER)
    )


def rows_with_errors(**changes: str) -> list[list[str]]:
    """Return an export with the errors, and with further changes to the last row."""
    rows = rows_of("entities")
    header = rows[0]
    for number, (column, value) in WRONG.items():
        rows[number - 1][header.index(column)] = value
    for column, value in changes.items():
        rows[-1][header.index(column)] = value
    return rows


def as_json(rows: list[list[str]]) -> bytes:
    header, *cells = rows
    return json.dumps({"entities": [dict(zip(header, row, strict=True)) for row in cells]}).encode()


def found(page: Any) -> list[str]:
    return [" ".join(row.text_content().split()) for row in parse(page).xpath("//ul[@class='found-rows']/li")]


def copy_of(editor: PageClient, page: Any) -> Any:
    (link,) = parse(page).xpath("//a[@download]/@href")
    return editor.get(link)


def test_the_report_opens_on_the_errors_and_the_changes(editor: PageClient) -> None:
    page = send(editor, written(rows_with_errors(tone="plum")).encode(), "a.csv")
    assert "4 filas que corregir" in text_of(page)
    lines = found(page)
    assert [line.partition(" ")[0] for line in lines] == ["error"] * 4 + ["cambia"]
    for line, number, column in zip(lines, WRONG, ("Tono", "Monograma", "Sitio web", "Orden"), strict=False):
        assert f"Organismos, fila {number} {column} {WRONG[number][0]}: " in line
    assert "295 filas se quedan como están." in text_of(page)
    same = editor.get(page.request["PATH_INFO"], {"estado": "unchanged"})
    assert len(found(same)) == 50
    assert "se quedan como están" not in text_of(same)


def test_a_file_without_errors_opens_on_the_changes(editor: PageClient) -> None:
    rows = rows_of("entities")
    rows[5][rows[0].index("tone")] = "plum"
    page = send(editor, written(rows).encode(), "a.csv")
    assert [line.partition(" ")[0] for line in found(page)] == ["cambia"]
    assert "299 filas se quedan como están." in text_of(page)
    assert not parse(page).xpath("//a[@download]")


def test_a_file_that_changes_nothing_folds_all_its_rows(editor: PageClient) -> None:
    page = send(editor, csv_of("entities").encode(), "a.csv")
    assert found(page) == []
    assert "300 filas se quedan como están." in text_of(page)
    (link,) = {str(href) for href in parse(page).xpath("//p/a[contains(@href, 'unchanged')]/@href")}
    assert len(found(editor.get(page.request["PATH_INFO"] + link))) == 50


# --- The copy -------------------------------------------------------------------------------------------------------


def read_csv(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_xlsx(content: bytes) -> list[dict[str, str]]:
    page = openpyxl.load_workbook(io.BytesIO(content))["entities"]
    header, *rows = [["" if value is None else value for value in row] for row in page.iter_rows(values_only=True)]
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_zip(content: bytes) -> list[dict[str, str]]:
    with ZipFile(io.BytesIO(content)) as archive:
        return read_csv(archive.read("entities.csv"))


FORMATS: dict[str, tuple[Callable[[list[list[str]]], bytes], Callable[[bytes], list[dict[str, str]]]]] = {
    "csv": (lambda rows: written(rows).encode(), read_csv),
    "xlsx": (lambda rows: a_workbook(("entities", rows)), read_xlsx),
    "json": (as_json, lambda content: json.loads(content)["entities"]),
    "zip": (lambda rows: a_zip(**{"a/entities.csv": written(rows).encode()}), read_zip),
}


@pytest.mark.parametrize("ending", FORMATS)
def test_a_copy_says_in_each_wrong_row_what_is_wrong_and_comes_in_again(ending: str, editor: PageClient) -> None:
    make, read = FORMATS[ending]
    page = send(editor, make(rows_with_errors(name_es="Otro organismo\u00a0")), f"catálogo 1.{ending}")
    answer = copy_of(editor, page)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f"-corregir.{ending}" in answer.headers["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    rows = read(content)
    assert len(rows) == NUMBER
    assert [number for number, row in enumerate(rows, start=2) if row.get("errors")] == list(WRONG)
    assert rows[5]["errors"].startswith("tono: «plumm» no vale. ¿Querías decir «plum»?")
    assert rows[5]["tone"] == "plumm"
    assert rows[-1]["name_es"] == "Otro organismo", "what nobody sees is gone"
    again = send(editor, content, f"otra.{ending}")
    assert "4 filas que corregir" in text_of(again), "the copy can be sent as it is"


def test_a_corrected_copy_is_applied_with_its_column_of_errors(editor: PageClient) -> None:
    page = send(editor, written(rows_with_errors(tone="plum")).encode(), "a.csv")
    rows = read_csv(b"".join(copy_of(editor, page).streaming_content))
    right = {"tone": "petrol", "monogram": "O", "site": "", "order": "0"}
    for number, (column, _value) in WRONG.items():
        rows[number - 2][column] = right[column]
    lines = [list(rows[0]), *[list(row.values()) for row in rows]]
    page = send(editor, written(lines).encode(), "a.csv")
    assert state_of(press(editor, page, "/aplicar/")) == ImportState.APPLIED
    assert Entity.objects.exclude(tone="petrol").count() == 1


def test_a_copy_keeps_the_delimiter_of_a_spanish_spreadsheet(editor: PageClient) -> None:
    page = send(editor, b"sep=;\r\n" + written(rows_with_errors(), delimiter=";").encode(), "a.csv")
    rows = read_csv(b"".join(copy_of(editor, page).streaming_content), delimiter=";")
    assert [number for number, row in enumerate(rows, start=2) if row["errors"]] == list(WRONG)


def test_a_wrong_column_is_told_in_the_first_row_of_its_sheet(editor: PageClient) -> None:
    rows = rows_of("entities")
    rows[0][rows[0].index("monogram")] = "monogran"
    page = send(editor, written(rows).encode(), "a.csv")
    copied = read_csv(b"".join(copy_of(editor, page).streaming_content))
    assert "La columna «monogran» no se conoce. ¿Querías decir «monogram»?" in copied[0]["errors"]
    assert "Falta la columna «monogram»" in copied[0]["errors"]
    assert {row["monogran"] for row in copied} == {"O"}
    assert {row["errors"] for row in copied[1:]} == {""}


def test_a_formula_is_left_out_of_a_copy_and_its_cell_is_named(editor: PageClient) -> None:
    rows: list[list[Any]] = rows_of("entities")
    rows[1][rows[0].index("contact")] = "=1+1"
    page = send(editor, a_workbook(("entities", rows)), "a.xlsx")
    first = read_xlsx(b"".join(copy_of(editor, page).streaming_content))[0]
    assert first["contact"] == ""
    assert "contacto: Hay una fórmula" in first["errors"]


def test_no_cell_of_a_copy_runs_in_a_spreadsheet(editor: PageClient) -> None:
    rows = rows_with_errors(contact="'=1+1", tone="=2+2")
    content = b"".join(copy_of(editor, send(editor, written(rows).encode(), "a.csv")).streaming_content)
    cells = [cell for row in read_csv(content) for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_there_is_a_copy_only_while_there_is_a_file_with_errors(editor: PageClient) -> None:
    page = send(editor, written(rows_with_errors()).encode(), "a.csv")
    path = f"{page.request['PATH_INFO']}copia/"
    assert b"".join(copy_of(editor, page).streaming_content)
    press(editor, page, "/descartar/")
    assert editor.get(path).status_code == 404
    for content in (b"no,file\n1,2\n", export_file(Format.JSON, "entities")):
        assert editor.get(f"{send(editor, content).request['PATH_INFO']}copia/").status_code == 404


def test_a_colleague_gets_the_copy_and_cannot_discard_the_file(editor: PageClient) -> None:
    page = send(editor, written(rows_with_errors()).encode(), "a.csv")
    colleague = signed_in(a_staff_user(Role.EDITOR, name="otra"))
    seen = colleague.get(page.request["PATH_INFO"])
    assert b"".join(copy_of(colleague, seen).streaming_content)
    assert not [form for form in parse(seen).forms if (form.get("action") or "").endswith("/descartar/")]


def test_a_copy_is_recorded_and_costs_few_queries(
    editor: PageClient, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    seen: list[str] = []
    page = send(editor, written(rows_with_errors()).encode(), "a.csv")
    monkeypatch.setattr("foundation.audit.record", lambda action, **_detail: seen.append(action))
    with django_assert_max_num_queries(10):
        assert b"".join(copy_of(editor, page).streaming_content)
    assert seen == ["catalogue.import_copied"]
    assert ImportRun.objects.get().state == ImportState.REFUSED
