"""The pages of entities, procedures and versions: errors stand at their fields, and queries stay constant."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.catalogue.line_fields import MappingField, OptionsField
from backoffice.catalogue.translation_progress import translation_progress
from backoffice.roles import Role
from procedures.models import Entity, LifeEvent, LifeEventStep, Procedure, ProcedureVersion
from tests.backoffice.catalogue.test_versions import check_policy
from tests.backoffice.catalogue_pages import (
    VERSIONS,
    a_draft,
    an_editor,
    change_path,
    errors,
    main_form,
    save,
    values_of,
)
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_version
from tests.pages import parse

pytestmark = pytest.mark.django_db
ENTITIES, PROCEDURES = "/gestion/procedures/entity/", "/gestion/procedures/procedure/"


# --- Entities and procedures -----------------------------------------------------------------------------------------


def test_an_entity_is_created_with_a_tone_chosen_by_eye() -> None:
    editor = an_editor()
    page = editor.get(f"{ENTITIES}add/")
    assert len(parse(page).xpath("//span[@class='swatch' and @data-tone]")) == 12
    texts = {"slug": "ine", "name_es": "Instituto", "short_name_es": "INE", "monogram": "INE"}
    saved = save(editor, page, **texts, tone="sky", dir3="EA0040718", contact="060")
    assert not errors(saved)
    assert Entity.objects.values_list("tone", "dir3", "contact").get() == ("sky", "EA0040718", "060")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"dir3": "123"}, "nueve caracteres"), ({"slug": "dgt"}, "Ya existe"), ({"tone": "azure"}, "azure")],
)
def test_errors_of_an_entity_stand_at_their_fields(typed: dict[str, str], sentence: str) -> None:
    a_draft()
    editor = an_editor()
    texts = {"slug": "ine", "name_es": "Instituto", "short_name_es": "INE", "monogram": "INE"}
    page = save(editor, editor.get(f"{ENTITIES}add/"), **{**texts, **typed})
    assert page.status_code == 200
    assert any(sentence in error for error in errors(page)), errors(page)
    assert Entity.objects.count() == 1


def test_a_slug_that_people_know_is_not_to_be_changed() -> None:
    version, editor = a_version(), an_editor()
    paths = f"{ENTITIES}{version.procedure.entity_id}/change/", f"{PROCEDURES}{version.procedure_id}/change/"
    for path in paths:
        assert "slug" not in main_form(editor.get(path)).fields
        assert not errors(save(editor, editor.get(path), slug="otro"))
    draft = a_draft("borrador").procedure
    assert not errors(save(editor, editor.get(f"{PROCEDURES}{draft.pk}/change/"), slug="otro"))
    assert set(Procedure.objects.values_list("slug", flat=True)) == {"puntos", "otro"}


def test_a_slug_that_its_entity_has_is_refused_with_a_sentence() -> None:
    version, editor = a_version(), an_editor()
    typed = {"entity": str(version.procedure.entity_id), "slug": "puntos"}
    page = save(editor, editor.get(f"{PROCEDURES}add/"), **typed)
    assert errors(page) == ["Ese organismo ya tiene un trámite con este identificador"]
    assert Procedure.objects.count() == 1


def test_a_circle_of_replacements_is_refused_at_the_field() -> None:
    one, two, three = (a_version(f"dgt/{name}").procedure for name in ("uno", "dos", "tres"))
    editor = an_editor()
    for old, new in ((one, two), (two, three)):
        assert not errors(save(editor, editor.get(f"{PROCEDURES}{old.pk}/change/"), replaced_by=str(new.pk)))
    page = save(editor, editor.get(f"{PROCEDURES}{three.pk}/change/"), replaced_by=str(one.pk))
    row = parse(page).find_class("field-replaced_by")[0].text_content()
    assert "Un trámite no puede sustituirse a sí mismo" in row
    three.refresh_from_db()
    assert three.replaced_by is None


def test_a_procedure_is_cloned_with_a_draft_of_whoever_does_it() -> None:
    version, editor = a_version(), an_editor()
    path = f"{PROCEDURES}{version.procedure_id}/clone/"
    page = editor.get(path)
    check_policy(page)
    taken = editor.submit(page, slug="puntos", entity=str(version.procedure.entity_id))
    assert taken.status_code == 200
    assert errors(taken)
    assert errors(editor.submit(page, slug="dos palabras", entity=str(version.procedure.entity_id)))
    made = editor.submit(page, slug="saldo", entity=str(version.procedure.entity_id), follow=True)
    copy = Procedure.objects.get(slug="saldo")
    assert made.request["PATH_INFO"] == f"{PROCEDURES}{copy.pk}/change/"
    draft = copy.versions.get()
    assert (draft.state, [author.get_username() for author in draft.authors.all()]) == ("draft", ["editora"])
    assert signed_in(a_staff_user(Role.APPROVER)).get(path).status_code == 403


# --- A version's form ------------------------------------------------------------------------------------------------


def test_data_are_added_ordered_and_deleted_without_javascript() -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula", order=10)
    page = editor.get(change_path(draft))
    assert values_of(page)["required_data-1-order"] == "20", "a new one comes last"
    row = {"key": "year", "type": "year", "label_es": "Ejercicio", "order": "5"}
    assert not errors(save(editor, page, **{f"required_data-1-{name}": text for name, text in row.items()}))
    assert [datum.key for datum in draft.required_data.all()] == ["year", "plate"]
    page = editor.get(change_path(draft))
    assert not errors(save(editor, page, **{"required_data-0-DELETE": "on"}))
    assert [datum.key for datum in draft.required_data.all()] == ["plate"]
    assert [author.get_username() for author in draft.authors.all()] == ["editora"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"key": "plate", "type": "plate"}, "Otro dato hace ya el campo «plate»"),
        ({"key": "y", "type": "year", "minimum": "2020", "maximum": "2010"}, "El mínimo no puede ser mayor"),
        ({"key": "y", "type": "year", "minimum": "2020", "default": "2010"}, "no está entre los que se pueden elegir"),
        ({"key": "y", "type": "date", "minimum": "+1y"}, "El mínimo no puede ser mayor"),
        ({"key": "y", "type": "choice", "options": "sin signo"}, "falta algo: va así"),
        ({"key": "y", "type": "choice", "options": "a = A\na = B"}, "dos opciones con el mismo valor"),
        ({"key": "y", "type": "text", "minimum": "9", "maximum": "3"}, "El mínimo no puede ser mayor"),
    ],
)
def test_data_that_accept_no_value_are_refused_at_their_field(row: dict[str, str], sentence: str) -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula")
    typed = {"label_es": "Dato", **row}
    page = save(
        editor, editor.get(change_path(draft)), **{f"required_data-1-{name}": text for name, text in typed.items()}
    )
    assert page.status_code == 200
    at = parse(page).get_element_by_id("required_data-1")
    assert sentence in " ".join(at.text_content().split()), errors(page)
    assert draft.required_data.count() == 1


def test_names_for_the_body_and_methods_are_written_as_people_write_them() -> None:
    draft, editor = a_draft(), an_editor()
    page = editor.get(change_path(draft))
    assert not errors(save(editor, page, mapping="year = ejercicio\nplate = mat", methods=["sms"]))
    draft.refresh_from_db()
    assert (draft.mapping, draft.methods) == ({"year": "ejercicio", "plate": "mat"}, ["sms"])
    page = editor.get(change_path(draft))
    assert values_of(page)["mapping"] == "year = ejercicio\nplate = mat"
    wrong: list[dict[str, Any]] = [{"mapping": text} for text in ("year", "a = x\nb = x", "a = con espacio")]
    for typed in [*wrong, {"methods": []}]:
        assert errors(save(editor, page, **typed)), typed


OPTIONS: list[Any] = [
    [{"value": "a", "label": {"es": "Todas", "en": "All"}}, {"value": "b", "label": {"es": "Pendientes"}}],
    [{"value": "a=b", "label": {"es": "Con | barra"}}],
    [{"value": "a", "label": {"es": "A", "fr": "Á"}}],
    [{"value": "a", "label": {"en": "Only"}}],
    [1],
    [],
]


@pytest.mark.parametrize("options", OPTIONS)
def test_options_come_back_as_they_were(options: Any) -> None:
    field = OptionsField(required=False)
    assert field.to_python(field.prepare_value(options)) == options
    assert not field.has_changed(options, field.prepare_value(options))


def test_a_mapping_comes_back_as_it_was() -> None:
    field = MappingField(required=False)
    assert field.to_python(field.prepare_value({"a": "b", "c": "d"})) == {"a": "b", "c": "d"}
    assert field.to_python("") == {}


def test_the_progress_of_the_translation_counts_what_must_be_there() -> None:
    draft = a_draft(name_en="My fines", keywords_es="multa")
    options = [{"value": "a", "label": {"es": "A", "en": "A"}}, {"value": "b", "label": {"es": "B"}}]
    a_datum(draft, "which", "choice", label_es="Cuáles", hint_es="Elige", label_en="Which", options=options)
    found = {one.language: (one.done, one.total) for one in translation_progress(draft, draft.required_data.all())}
    assert found == {"es": (12, 12), "en": (3, 12)}
    page = an_editor().get(change_path(draft))
    assert "3 de 12 textos" in " ".join(parse(page).find_class("panel")[0].text_content().split())


def test_a_versions_page_says_in_which_life_events_it_is() -> None:
    draft = a_draft()
    event = LifeEvent.objects.create(slug="coche", icon="car", name_es="Compro un coche", summary_es="Y qué hago")
    LifeEventStep.objects.create(life_event=event, procedure=draft.procedure, note_es="Para saberlo")
    page = parse(an_editor().get(change_path(draft)))
    assert page.xpath(f"//a[@href='/gestion/procedures/lifeevent/{event.pk}/change/' and .='Compro un coche']")


@pytest.mark.parametrize("page", ["change", "preview", "preview/page", "preview/start", "compare", "history"])
def test_every_page_around_a_version_works_under_the_policy(page: str) -> None:
    draft = a_draft().copy_to_draft()
    a_datum(draft, "plate", "plate")
    check_policy(an_editor().get(f"{VERSIONS}{draft.pk}/{page}/"))


# --- Queries ---------------------------------------------------------------------------------------------------------


def queries_of(path: str, role: Role = Role.EDITOR) -> int:
    client = signed_in(a_staff_user(role, name=f"{role}-{path}-{ProcedureVersion.objects.count()}"))
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_every_page_costs_the_same_with_three_rows_and_with_sixty() -> None:
    draft = a_draft()
    paths = [
        ENTITIES,
        PROCEDURES,
        VERSIONS,
        f"{VERSIONS}?waiting=me&translation=incomplete&state__exact=draft",
        "/gestion/procedures/lifeevent/",
        "/gestion/procedures/synonym/",
        f"{ENTITIES}{draft.procedure.entity_id}/change/",
        f"{PROCEDURES}{draft.procedure_id}/change/",
        f"{PROCEDURES}{draft.procedure_id}/clone/",
        change_path(draft),
        f"{VERSIONS}add/",
        f"{VERSIONS}{draft.pk}/preview/",
        f"{VERSIONS}{draft.pk}/preview/page/",
        f"{VERSIONS}{draft.pk}/preview/start/",
        f"{VERSIONS}{draft.pk}/compare/",
    ]

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            a_datum(draft, f"datum_{number}", "plate")
            a_datum(a_version(f"e{number}/tramite"), "plate", "plate")
            draft.copy_to_draft()

    grow(0, 3)
    few = {path: queries_of(path) for path in paths}
    grow(3, 60)
    many = {path: queries_of(path) for path in paths}
    assert few == many
    assert max(many.values()) <= 30
