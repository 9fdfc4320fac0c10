"""Each error in a file is a sentence at its row and column, and a file with one error writes nothing."""

import io
import json
import tracemalloc
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from procedures.models import Entity, LifeEvent, LifeEventStep, Procedure, ProcedureVersion, RequiredDatum
from procedures.transfer.export import Format
from procedures.transfer.formats import archive
from procedures.transfer.sheets import MOST_ROWS_A_SHEET, UnreadableFile
from procedures.transfer.upload import MOST_BYTES, read
from tests.procedures.transfer.factories import a_content, an_entity, export_file, plan_file, sentences

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_small_catalogue() -> None:
    entity = an_entity()
    for slug in ("x", "y"):
        version = a_content(Procedure.objects.create(entity=entity, slug=slug))
        RequiredDatum.objects.create(version=version, key="year", type="year", label_es="Año")
        version.publish()
    event = LifeEvent.objects.create(slug="me-mudo", icon="truck", name_es="Me mudo", summary_es="x")
    LifeEventStep.objects.create(life_event=event, procedure=Procedure.objects.get(slug="x"), note_es="x")


def with_change(kind: str, cells: dict[str, Any]) -> str:
    """Return the errors for an export whose first row of this kind is changed like this."""
    found = json.loads(export_file(Format.JSON))
    found[kind][0] |= cells
    plan = plan_file(json.dumps(found).encode())
    assert plan.errors
    return sentences(plan)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("entities", {"tone": "petroll"}, "entities 1 tone: «petroll» no vale. ¿Querías decir «petrol»? Puede ser: petrol"),
    ("entities", {"site": "javascript:1"}, "entities 1 site: "),
    ("entities", {"monogram": "LARGUÍSIMO"}, "entities 1 monogram: "),
    ("entities", {"slug": "dos palabras"}, "entities 1 slug: "),
    ("entities", {"order": "pronto"}, "entities 1 order: «pronto» no vale. Escribe un número entero, de 0 a 32767"),
    ("entities", {"order": 99999}, "entities 1 order: «99999» no vale."),
    ("entities", {"order": -1}, "entities 1 order: «-1» no vale."),
    ("entities", {"name_es": " "}, "entities 1 name_es: Falta el texto en español"),
    ("entities", {"name_es": "x" * 201}, "entities 1 name_es: "),
    ("entities", {"name_es": True}, "entities 1 name_es: Aquí va un texto, y la celda dice verdadero o falso"),
    ("entities", {"name_es": {"a": 1}}, "entities 1 name_es: Aquí va un texto"),
    ("entities", {"name_es": "a\x00"}, "entities 1 name_es: Lleva caracteres que no se pueden guardar"),
    ("entities", {"name_en": "\ud800"}, "entities 1 name_en: Lleva caracteres que no se pueden guardar"),
    ("procedures", {"entity": "dgtt"}, "procedures 1 entity: No hay ningún organismo «dgtt». ¿Querías decir «dgt»?"),
    ("procedures", {"replaced_by": "dgt/z"}, "procedures 1 replaced_by: No hay ningún trámite «dgt/z». ¿Querías"),
    ("procedures", {"replaced_by": "dgt/x"}, "procedures 1 replaced_by: Un trámite no puede sustituirse a sí mismo"),
    ("versions", {"procedure": "dgt/xx"}, "versions 1 procedure: No hay ningún trámite «dgt/xx». ¿Querías decir"),
    ("versions", {"kind": "consulta"}, "versions 1 kind: «consulta» no vale. ¿Querías decir «consultation»?"),
    ("versions", {"level": ""}, "versions 1 level: Falta. Puede ser: basic, advanced"),
    ("versions", {"connector": "http://169.254.169.254/"}, "versions 1 connector: Empieza por"),
    ("versions", {"connector": "https://a b"}, "versions 1 connector: Escribe la dirección entera"),
    ("versions", {"methods": ["sms", "fax"]}, "versions 1 methods: Elige al menos una forma"),
    ("versions", {"methods": 3}, "versions 1 methods: Escribe una palabra por línea"),
    ("versions", {"mapping": "{"}, "versions 1 mapping: No es JSON"),
    ("versions", {"mapping": ["a"]}, "versions 1 mapping: Se escribe así"),
    ("versions", {"honours_idempotency_key": "quizá"}, "«quizá» no vale. Escribe «sí» o «no»"),
    ("required_data", {"type": "colour"}, "required_data 1 type: «colour» no vale."),
    ("required_data", {"minimum": "abc"}, "required_data 1 minimum: «abc» no es un año"),
    ("required_data", {"minimum": "+1", "maximum": "-5"}, "minimum: El mínimo no puede ser mayor que el máximo"),
    ("required_data", {"key": "access"}, "required_data 1 key: Esa clave ya la usa el formulario"),
    ("required_data", {"type": "choice", "options": [1]}, "required_data 1 options: Cada opción lleva"),
    ("life_events", {"icon": "trukc"}, "life_events 1 icon: «trukc» no es un icono de Lucide"),
    ("life_event_steps", {"procedure": "dgt/z"}, "life_event_steps 1 procedure: No hay ningún trámite «dgt/z»"),
    ("life_event_steps", {"life_event": "me-mudé"}, "life_event: No hay ninguna situación «me-mudé». ¿Querías"),
    ("translations", {"object": "entity dgt"}, "object: «entity dgt» no dice a qué pertenece"),
    ("translations", {"field": "nombre"}, "field: «nombre» no es ninguno de sus textos: name, short_name"),
    ("translations", {"object": "entities nada", "en": "x"}, "No existe y el archivo tampoco lo trae"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "cells", "sentence"), WRONG)
def test_what_is_wrong_is_said_where_it_stands(kind: str, cells: dict[str, Any], sentence: str) -> None:
    assert sentence in with_change(kind, cells)


def test_what_is_wrong_with_one_row_is_not_said_of_the_next() -> None:
    found = json.loads(export_file(Format.JSON, "versions"))
    for row, seconds in zip(found["versions"], (1, 2), strict=True):
        row["expected_seconds"] = seconds
    found["versions"][0] |= {"connector": "https://user:word@1.1.1.1/", "methods": ["fax"]}
    plan = plan_file(json.dumps(found).encode())
    assert {(error.row.number, error.column) for error in plan.errors if error.row} == {
        (1, "connector"),
        (1, "methods"),
    }


def test_replacing_in_a_circle_is_refused() -> None:
    found = json.loads(export_file(Format.JSON, "procedures"))
    found["procedures"][0]["replaced_by"], found["procedures"][1]["replaced_by"] = "dgt/y", "dgt/x"
    assert "sustituirse a sí mismo, tampoco a través de otros" in sentences(plan_file(json.dumps(found).encode()))


def test_two_data_that_make_one_field_are_refused() -> None:
    found = json.loads(export_file(Format.JSON, "required_data"))
    first = found["required_data"][0]
    found["required_data"] = [{**first, "key": "a", "type": "period"}, {**first, "key": "a_to", "type": "date"}]
    assert "Más de un dato hace el campo a_to" in sentences(plan_file(json.dumps(found).encode()))


def test_the_same_thing_twice_is_refused_with_the_other_row() -> None:
    found = json.loads(export_file(Format.JSON, "entities"))
    found["entities"] *= 2
    assert "entities 2 slug: «dgt» está dos veces: también en la fila 1" in sentences(
        plan_file(json.dumps(found).encode())
    )


def test_columns_that_are_missing_unknown_or_misspelt_are_named() -> None:
    found = json.loads(export_file(Format.JSON, "entities"))
    row = found["entities"][0]
    row["monogran"] = row.pop("monogram")
    row["zzz"] = 1
    said = sentences(plan_file(json.dumps(found).encode()))
    assert "La columna «monogran» no se conoce. ¿Querías decir «monogram»?" in said
    assert "La columna «zzz» no se conoce" in said
    assert "Falta la columna «monogram»" in said


def test_a_row_of_json_that_lacks_a_column_is_named() -> None:
    found = json.loads(export_file(Format.JSON, "procedures"))
    del found["procedures"][1]["order"]
    assert "procedures 2 order: Falta la columna «order»" in sentences(plan_file(json.dumps(found).encode()))


# --- Files -----------------------------------------------------------------------------------------------------------


def a_workbook(*rows: list[Any], title: str = "entities") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
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


HEADER = "slug,name_es,short_name_es,monogram,tone,dir3,site,contact,order\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "está vacío"),
        (b"  \n", "está vacío"),
        (b"{", "no es JSON que se pueda leer"),
        (b"[" * 100_000, "no es JSON que se pueda leer"),
        (b'{"entities": {"slug": "a"}}', "El JSON tiene que ser así"),
        (b'[{"slug": "a"}]', "El JSON tiene que ser así"),
        (b'{"entities": [1]}', "entities, fila 1: tiene que ser un objeto"),
        (b'{"entity": [{"slug": "a"}]}', "No sé qué es la hoja «entity». ¿Querías decir «entities»?"),
        (b'{"entities": [{"order": NaN}]}', "no es JSON que se pueda leer"),
        (b'{"entities": []}', "está vacío"),
        (HEADER.encode(), "está vacío"),
        (b"uno,dos\n1,2\n", "no los reconozco: uno, dos"),
        ("slug,nombre ñ\n".encode("latin-1"), "no está en UTF-8"),
        (b"\x00\x01\x02", "no es JSON, XLSX ni CSV"),
        (b"%PDF-1.7\n1 0 obj\n", "no los reconozco"),
        (b"PK\x03\x04 nothing", "dañado"),
        (b"\xd0\xcf\x11\xe0 old", "Excel antiguo"),
        (a_zip(**{"a.txt": b"a"}), "ni un zip con archivos CSV"),
        (a_zip(**{"xl/workbook.xml": b"<x", "[Content_Types].xml": b"<"}), "dañado"),
        (a_zip(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "dañado"),
        (a_zip(**{"a.csv": HEADER.encode() + b"a\n", "b.csv": HEADER.encode() + b"a\n"}), "está dos veces"),
        (a_workbook(["slug"], ["a"], title="Hoja1"), "No sé qué es la hoja «Hoja1»"),
        (a_workbook(), "está vacío"),
        (b"a" * (MOST_BYTES + 1), "pasa de 10 MB"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    assert sentence in str(refused.value)


def test_formulas_and_dates_that_a_spreadsheet_made_are_refused_at_their_cell() -> None:
    from datetime import datetime

    columns = HEADER.strip().split(",")
    content = a_workbook(columns, ["a", "=1+1", datetime(2024, 1, 2), "A", "petrol", "", "", 600123123, 5.0, "más"])
    plan = plan_file(content)
    said = sentences(plan)
    assert "entities 2 name_es: Hay una fórmula" in said
    assert "entities 2 short_name_es: La hoja de cálculo lo ha convertido en una fecha" in said
    assert "entities 2 : Hay un valor más allá de la última columna" in said
    assert "contact" not in said, "a number where a text belongs is read as it is written"
    assert "order" not in said


def test_a_spanish_spreadsheets_csv_is_read() -> None:
    content = HEADER.replace(",", ";") + "a;Nombre;N;A;petrol;;;;5\n"
    assert not plan_file(content.encode("utf-8-sig")).errors


def many_rows(number: int) -> list[dict[str, Any]]:
    return [{"slug": f"e{index}", "order": 1} for index in range(number)]


def test_fifty_thousand_rows_are_refused_in_a_sentence_in_every_format() -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("entities")
    page.append(["slug", "order"])
    for row in many_rows(50_000):
        page.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    lines = "".join(f"{row['slug']},1\n" for row in many_rows(50_000))
    for content in (
        json.dumps({"entities": many_rows(50_000)}).encode(),
        f"slug,order\n{lines}".encode(),
        stream.getvalue(),
    ):
        tracemalloc.start()
        with pytest.raises(UnreadableFile, match=r"demasiadas filas: como mucho 20\.000 por hoja"):
            read(content)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 60 * 1024 * 1024, f"{most / 1e6:.0f} MB"


def test_as_many_rows_as_may_be_are_read() -> None:
    assert len(read(json.dumps({"entities": many_rows(MOST_ROWS_A_SHEET)}).encode())[0].rows) == MOST_ROWS_A_SHEET


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1024 * 1024)
    bomb = a_zip(**{"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 2 * 1024 * 1024})
    assert len(bomb) < 10_000
    with pytest.raises(UnreadableFile, match="demasiado grande"):
        read(bomb)


def test_nothing_of_a_wrong_file_is_planned_to_be_written() -> None:
    found = json.loads(export_file(Format.JSON))
    found["entities"][0]["tone"] = "plum"
    found["versions"][0]["kind"] = "nada"
    plan = plan_file(json.dumps(found).encode())
    assert plan.errors
    assert (Entity.objects.get().tone, ProcedureVersion.objects.count()) == ("petrol", 2)
