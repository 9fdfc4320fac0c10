"""What is exported imports again verbatim, in every format, and nothing in it runs in a spreadsheet."""

import csv
import io
import json
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from foundation.csv_cells import escape_formula, unescape_formula
from procedures.models import CatalogueStamp, Procedure, ProcedureVersion, VersionState
from procedures.transfer.export import Format
from procedures.transfer.fixtures import load_fixtures
from procedures.transfer.formats.xlsx import escape
from procedures.transfer.plan import Status
from procedures.transfer.sheets import UnreadableFile
from tests.procedures.transfer.factories import (
    HOSTILE,
    KINDS,
    a_content,
    a_hostile_catalogue,
    an_entity,
    delete_catalogue,
    export_file,
    exported_data,
    import_file,
    plan_file,
)

pytestmark = pytest.mark.django_db
FORMATS = list(Format)


@pytest.mark.parametrize("format", FORMATS)
def test_importing_what_was_exported_changes_nothing(format: Format) -> None:
    a_hostile_catalogue()
    stamp, versions = CatalogueStamp.current(), ProcedureVersion.objects.count()
    plan = import_file(export_file(format))
    assert set(plan.counts) == {Status.UNCHANGED}
    assert (CatalogueStamp.current(), ProcedureVersion.objects.count()) == (stamp, versions)


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_catalogue_gets_to_say_the_same_to_the_letter(format: Format) -> None:
    a_hostile_catalogue()
    before, file = exported_data(), export_file(format)
    delete_catalogue()
    assert exported_data() != before
    import_file(file)
    assert exported_data() == before
    texts = {version.purpose_es for version in ProcedureVersion.objects.all()}  # type: ignore[attr-defined]
    assert set(HOSTILE) <= texts
    assert not ProcedureVersion.objects.exclude(state=VersionState.DRAFT).exists(), "an import publishes nothing"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_single_kind_comes_in_again(format: Format, kind: str) -> None:
    a_hostile_catalogue()
    plan = import_file(export_file(format, kind))
    assert {outcome.row.kind for outcome in plan.outcomes} == {kind}
    assert set(plan.counts) == {Status.UNCHANGED}


def test_the_portals_own_catalogue_goes_round() -> None:
    load_fixtures()
    before, file = exported_data(), export_file(Format.XLSX)
    assert set(plan_file(file).counts) == {Status.UNCHANGED}
    delete_catalogue()
    import_file(file)
    assert exported_data() == before


def test_a_procedure_with_a_draft_beside_what_is_published_goes_round() -> None:
    version = a_content(Procedure.objects.create(entity=an_entity(), slug="x"))
    version.publish()
    draft = version.copy_to_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_es="Otro")
    assert set(import_file(export_file(Format.XLSX)).counts) == {Status.UNCHANGED}
    assert json.loads(export_file(Format.JSON, "versions"))["versions"][0]["state"] == "published"


def test_an_export_can_be_of_some_entities() -> None:
    a_hostile_catalogue()
    found = json.loads(export_file(Format.JSON, entities=("dgt",)))
    assert {row["slug"] for row in found["entities"]} == {"dgt"}
    assert {row["entity"] for row in found["procedures"]} == {"dgt"}
    for kind in ("versions", "required_data"):
        assert {row["procedure"].split("/")[0] for row in found[kind]} == {"dgt"}


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    a_hostile_catalogue()
    content = export_file(Format.XLSX)
    with ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet]
    book = openpyxl.load_workbook(io.BytesIO(content))
    kinds = {
        (cell.data_type, cell.number_format) for page in book for row in page.iter_rows() for cell in row if cell.value
    }
    assert kinds == {("s", "@")}, "everything is text with the format of text"


def test_no_field_of_a_csv_begins_as_a_formula() -> None:
    a_hostile_catalogue()
    with ZipFile(io.BytesIO(export_file(Format.CSV))) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8-sig")
            fields = [field for line in csv.reader(io.StringIO(text, newline="")) for field in line]
            assert not [field for field in fields if field[:1] in ("=", "+", "-", "@", "\t", "\r")]


@pytest.mark.parametrize("text", [*HOSTILE, "", "'", "''", "'-", "'''@", "a=b", "\n=1", "＝1", "'hola'", "x_x0041_"])
def test_what_is_defused_or_escaped_is_found_again(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert unescape(escape(text)) == text


def test_a_text_that_fits_no_cell_is_named_and_goes_by_other_formats() -> None:
    a_content(Procedure.objects.create(entity=an_entity(), slug="x"), purpose_es="x" * 40_000)
    with pytest.raises(UnreadableFile, match=r"32\.767"):
        export_file(Format.XLSX)
    for format in (Format.JSON, Format.CSV):
        assert set(import_file(export_file(format)).counts) == {Status.UNCHANGED}
