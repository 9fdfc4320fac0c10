"""An import creates or changes drafts, publishes nothing, and touches only what the file names."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import DjangoAssertNumQueries

from procedures.models import (
    CatalogueStamp,
    Entity,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    VersionState,
)
from procedures.transfer.apply import CatalogueChanged, apply
from procedures.transfer.export import Format
from procedures.transfer.plan import Plan, Status
from tests.procedures.transfer.factories import a_content, an_entity, export_file, import_file, plan_file, sentences

pytestmark = pytest.mark.django_db
CODE = "dgt/x"


@pytest.fixture
def published() -> ProcedureVersion:
    """Return a published version with two required data."""
    version = a_content(Procedure.objects.create(entity=an_entity(), slug="x"))
    for order, key in enumerate(("year", "other"), start=1):
        RequiredDatum.objects.create(version=version, key=key, type="year", order=order, label_es=key)
    version.publish()
    return version


def exported(*kinds: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(export_file(Format.JSON, *kinds))
    return found


def as_file(found: Any) -> bytes:
    return json.dumps(found).encode()


def changed(plan: Plan) -> dict[str, list[tuple[str, str, str]]]:
    return {
        f"{outcome.row.kind} {outcome.key}": [(one.column, one.old, one.new) for one in outcome.fields]
        for outcome in plan.outcomes
        if outcome.status != Status.UNCHANGED
    }


def test_another_text_makes_a_new_draft_with_everything_else_and_publishes_nothing(published: ProcedureVersion) -> None:
    found = exported("versions")
    found["versions"][0]["name_es"] = "Otro nombre"
    plan = import_file(as_file(found))
    assert changed(plan) == {"versions dgt/x": [("name_es", "Texto de name", "Otro nombre")]}
    draft = ProcedureVersion.objects.get(state=VersionState.DRAFT)
    assert (draft.number, draft.name_es, draft.needs_es) == (2, "Otro nombre", "Texto de needs")  # type: ignore[attr-defined]
    assert [datum.key for datum in draft.required_data.all()] == ["year", "other"]
    published.refresh_from_db()
    assert published.state == VersionState.PUBLISHED


def test_bringing_the_same_file_again_makes_nothing_more(published: ProcedureVersion) -> None:
    found = exported()
    found["versions"][0]["name_es"] = "Otro nombre"
    import_file(as_file(found))
    again = import_file(as_file(found))
    assert not changed(again)
    assert ProcedureVersion.objects.count() == 2
    assert "ya lo dice la versión 2" in [outcome.note for outcome in again.outcomes] or not again.writes_something


def test_the_one_draft_is_changed_and_its_author_written_down(published: ProcedureVersion) -> None:
    draft = published.copy_to_draft()
    author = User.objects.create_user("ana")
    found = exported("versions", "required_data")
    found["versions"][0]["name_es"] = "Otro nombre"
    found["required_data"][0]["label_es"] = "Qué año"
    apply(plan_file(as_file(found)), author)
    revision = draft.revision
    draft.refresh_from_db()
    assert draft.name_es == "Otro nombre"  # type: ignore[attr-defined]
    assert draft.revision > revision
    assert list(draft.authors.all()) == [author]
    assert [datum.label_es for datum in draft.required_data.all()] == ["Qué año", "other"]  # type: ignore[attr-defined]
    assert ProcedureVersion.objects.count() == 2


def test_of_two_drafts_none_is_touched(published: ProcedureVersion) -> None:
    drafts = [published.copy_to_draft(), published.copy_to_draft()]
    found = exported("versions")
    found["versions"][0]["name_es"] = "Otro nombre"
    import_file(as_file(found))
    assert ProcedureVersion.objects.get(number=4).name_es == "Otro nombre"  # type: ignore[attr-defined]
    assert all(ProcedureVersion.objects.get(pk=draft.pk).name_es == "Texto de name" for draft in drafts)  # type: ignore[attr-defined]


def test_a_datum_that_the_sheet_leaves_out_is_gone_from_the_new_draft(published: ProcedureVersion) -> None:
    found = exported("required_data")
    del found["required_data"][1]
    plan = import_file(as_file(found))
    assert [outcome.key for outcome in plan.outcomes if outcome.status == Status.REMOVED] == ["dgt/x other"]
    draft = ProcedureVersion.objects.get(state=VersionState.DRAFT)
    assert [datum.key for datum in draft.required_data.all()] == ["year"]
    assert published.required_data.count() == 2


def test_what_is_left_out_is_listed_in_the_order_of_the_catalogue(published: ProcedureVersion) -> None:
    """Another process has to arrive at the same digest of the plan."""
    keys = [f"key{number}" for number in range(8)]
    draft = published.copy_to_draft()
    for order, key in enumerate(keys, start=10):
        RequiredDatum.objects.create(version=draft, key=key, type="year", order=order, label_es=key)
    draft.publish()
    found = exported("required_data")
    del found["required_data"][2:]
    removed = [outcome for outcome in plan_file(as_file(found)).outcomes if outcome.status == Status.REMOVED]
    assert [outcome.key for outcome in removed] == [f"dgt/x {key}" for key in keys]


def test_versions_alone_leave_what_is_asked_for(published: ProcedureVersion) -> None:
    found = exported("versions")
    found["versions"][0]["expected_seconds"] = 9
    import_file(as_file(found))
    assert ProcedureVersion.objects.get(number=2).required_data.count() == 2


def test_what_the_file_does_not_name_stays(published: ProcedureVersion) -> None:
    an_entity("aeat")
    found = exported("entities")
    found["entities"] = [row for row in found["entities"] if row["slug"] == "dgt"]
    found["entities"][0]["tone"] = "plum"
    plan = import_file(as_file(found))
    assert changed(plan) == {"entities dgt": [("tone", "petrol", "plum")]}
    assert dict(Entity.objects.values_list("slug", "tone")) == {"dgt": "plum", "aeat": "petrol"}
    assert Entity.objects.get(slug="dgt").revision == 1


def test_a_file_from_before_a_language_leaves_the_language_alone(published: ProcedureVersion) -> None:
    Entity.objects.update(name_en="Traffic")
    found = exported("entities")
    for row in found["entities"]:
        del row["name_en"]
        row["order"] = 3
    import_file(as_file(found))
    assert Entity.objects.get().name_en == "Traffic"  # type: ignore[attr-defined]


def test_a_file_from_before_the_place_on_home_leaves_it_alone(published: ProcedureVersion) -> None:
    Procedure.objects.update(featured_order=3)
    found = exported("procedures")
    for row in found["procedures"]:
        del row["featured_order"]
        row["order"] = 7
    import_file(as_file(found))
    assert list(Procedure.objects.values_list("order", "featured_order")) == [(7, 3)]


def test_a_new_body_comes_with_its_procedures_in_one_file() -> None:
    an_entity()
    version = a_content(Procedure.objects.create(entity=Entity.objects.get(), slug="x"))
    RequiredDatum.objects.create(version=version, key="year", type="year", label_es="Año")
    event = LifeEvent.objects.create(slug="me-mudo", icon="truck", name_es="Me mudo", summary_es="x")
    LifeEventStep.objects.create(life_event=event, procedure=version.procedure, note_es="x")
    text = export_file(Format.JSON).decode().replace("dgt", "nuevo").replace("me-mudo", "me-caso")
    plan = import_file(text.encode())
    assert plan.counts[Status.NEW] == 6
    assert Entity.objects.count() == 2
    assert LifeEvent.objects.get(slug="me-caso").steps.get().procedure.code == "nuevo/x"


# --- Translations ---------------------------------------------------------------------------------------------------


def test_translations_fill_the_languages_and_nothing_else(published: ProcedureVersion) -> None:
    found = exported("translations")
    for row in found["translations"]:
        if row["object"] == "entities dgt" and row["field"] == "name":
            row["en"] = "Traffic"
        if row["object"] == "versions dgt/x" and row["field"] == "needs":
            row["en"] = "Nothing"
        if row["object"] == "required_data dgt/x year":
            row["en"] = "Year"
    plan = import_file(as_file(found))
    assert plan.counts[Status.CHANGED] == 3
    assert Entity.objects.get().name_en == "Traffic"  # type: ignore[attr-defined]
    draft = ProcedureVersion.objects.get(state=VersionState.DRAFT)
    assert (draft.needs_en, draft.needs_es, draft.name_en or "") == ("Nothing", "Texto de needs", "")  # type: ignore[attr-defined]
    assert [datum.label_en or "" for datum in draft.required_data.all()] == ["Year", ""]  # type: ignore[attr-defined]


def test_a_translation_of_a_text_that_is_another_by_now_is_refused(published: ProcedureVersion) -> None:
    found = exported("translations")
    Entity.objects.update(name_es="Otra dirección")
    for row in found["translations"]:
        row["en"] = "Some text" if row["object"] == "entities dgt" else ""
    assert "es: El texto en español es otro desde que se exportó: «Otra dirección»" in sentences(
        plan_file(as_file(found))
    )


def test_the_labels_of_options_are_translated_too(published: ProcedureVersion) -> None:
    draft = published.copy_to_draft()
    RequiredDatum.objects.filter(version=draft, key="year").update(
        type="choice", options=[{"value": "a b", "label": {"es": "Uno"}}]
    )
    ProcedureVersion.objects.filter(pk=published.pk).delete()
    found = exported("translations")
    row = next(row for row in found["translations"] if row["field"] == "options.a b")
    row["en"] = "One"
    import_file(as_file(found))
    options = RequiredDatum.objects.get(version=draft, key="year").options
    assert options == [{"value": "a b", "label": {"es": "Uno", "en": "One"}}]


def test_two_sheets_that_want_the_same_text_otherwise_are_refused(published: ProcedureVersion) -> None:
    found = exported("entities", "translations")
    found["entities"][0]["name_en"] = "One thing"
    for row in found["translations"]:
        row["en"] = "Another" if row["object"] == "entities dgt" and row["field"] == "name" else row["en"]
    assert "Otra hoja del archivo dice otra cosa de este texto: «One thing»" in sentences(plan_file(as_file(found)))


def test_an_older_translation_does_not_take_back_what_another_sheet_changes(published: ProcedureVersion) -> None:
    found = exported("entities", "translations")
    found["entities"][0]["name_en"] = "One thing"
    import_file(as_file(found))
    assert Entity.objects.get().name_en == "One thing"  # type: ignore[attr-defined]


# --- Others at the same time ----------------------------------------------------------------------------------------


def a_plan() -> Plan:
    found = exported()
    found["entities"][0]["tone"] = "plum"
    found["versions"][0]["name_es"] = "Otro"
    return plan_file(as_file(found))


def test_nothing_is_written_when_the_catalogue_was_changed_since(published: ProcedureVersion) -> None:
    plan = a_plan()
    CatalogueStamp.bump()
    with pytest.raises(CatalogueChanged):
        apply(plan)
    assert Entity.objects.get().tone == "petrol"


def test_a_plan_is_written_once(published: ProcedureVersion) -> None:
    first, second = a_plan(), a_plan()
    apply(first)
    with pytest.raises(CatalogueChanged):
        apply(second)
    assert ProcedureVersion.objects.filter(state=VersionState.DRAFT).count() == 1


def test_a_draft_that_went_to_review_meanwhile_stops_everything(published: ProcedureVersion) -> None:
    """Submitting does not move the catalogue's stamp, so the revision has to show it."""
    draft = published.copy_to_draft()
    plan = a_plan()
    ProcedureVersion.objects.filter(pk=draft.pk).update(state=VersionState.IN_REVIEW)
    with pytest.raises(CatalogueChanged):
        apply(plan)
    assert Entity.objects.get().tone == "petrol", "all or nothing"
    draft.refresh_from_db()
    assert draft.name_es == "Texto de name"  # type: ignore[attr-defined]


@pytest.mark.parametrize("many", [1, 60])
def test_queries_do_not_grow_with_the_rows(many: int, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    entity = an_entity()
    for number in range(many):
        version = a_content(Procedure.objects.create(entity=entity, slug=f"t{number}"))
        RequiredDatum.objects.create(version=version, key="year", type="year", label_es="Año")
        version.publish()
    found = exported("entities", "procedures", "versions", "required_data")
    for row in found["versions"]:
        row["name_es"] = "Otro"
    for row in found["procedures"]:
        row["order"] = 7
    with django_assert_max_num_queries(20):
        import_file(as_file(found))
    assert ProcedureVersion.objects.filter(state=VersionState.DRAFT).count() == many
