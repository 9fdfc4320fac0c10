"""Identifiers that are derived from names, on the server, so that they come without JavaScript too."""

from typing import Any

import pytest

from backoffice.catalogue.derived import derive_key, derive_slug, distinct, initials
from procedures.models import Entity, LifeEvent, Procedure, ProcedureVersion
from tests.backoffice.catalogue_pages import VERSIONS, a_draft, an_editor, change_path, errors, save, values_of
from tests.factories import a_datum
from tests.pages import parse

ADD = "/gestion/procedures/{}/add/"


@pytest.mark.parametrize(
    ("text", "slug", "key"),
    [
        ("Informe de vida laboral", "informe-de-vida-laboral", "informe_de_vida_laboral"),
        ("¿De qué año?", "de-que-ano", "de_que_ano"),
        ("  Ñandú — 2.º «Pleno» ", "nandu-2o-pleno", "nandu_2o_pleno"),
        ("2024: ejercicio", "2024-ejercicio", "ejercicio"),
        ("¡¿…?!", "", ""),
        ("年度", "", ""),
    ],
)
def test_what_a_name_makes(text: str, slug: str, key: str) -> None:
    assert (derive_slug(text, 60), derive_key(text)) == (slug, key)


def test_long_names_are_cut_to_what_fits() -> None:
    assert len(derive_slug("una palabra " * 20, 30)) <= 30
    assert len(derive_key("una palabra " * 20)) <= 40
    assert not derive_slug("una palabra " * 20, 12).endswith("-")


def test_a_taken_name_gets_a_number_and_still_fits() -> None:
    assert distinct("padron", {"padron", "padron-2"}.__contains__, 30) == "padron-3"
    assert distinct("padron", {"padron"}.__contains__, 6) == "padr-2"
    assert distinct("", {""}.__contains__, 6) == ""


@pytest.mark.parametrize(
    ("name", "monogram"),
    [("Ayuntamiento de Villaejemplo", "AV"), ("AEAT", "AEAT"), ("Tráfico", "T"), ("padrón", "P"), ("", "")],
)
def test_a_monogram_is_made_of_capitals(name: str, monogram: str) -> None:
    assert initials(name) == monogram


@pytest.mark.django_db
def test_a_body_needs_a_name_alone() -> None:
    editor = an_editor()
    page = editor.get(ADD.format("entity"))
    assert not errors(save(editor, page, name_es="Ayuntamiento de Cádiz", short_name_es="Cádiz"))
    assert not errors(save(editor, page, name_es="Diputación de Cádiz", short_name_es="Cádiz"))
    assert list(Entity.objects.order_by("pk").values_list("slug", "monogram")) == [("cadiz", "C"), ("cadiz-2", "C")]
    assert "Escribe el nombre, o el final" in errors(save(editor, page, name_es="¿?", short_name_es="¿?"))[0]


@pytest.mark.django_db
def test_a_procedure_begins_with_its_name_and_leads_to_its_texts() -> None:
    editor = an_editor()
    entity = Entity.objects.create(slug="dgt", name_es="Tráfico", short_name_es="Tráfico", monogram="DGT")
    page = editor.get(f"{ADD.format('procedure')}?entity={entity.pk}")
    typed = {"entity": str(entity.pk), "name_es": "Mis multas", "name_en": "My fines", "kind": "consultation"}
    led = save(editor, page, **typed)
    draft = ProcedureVersion.objects.get()
    assert led.redirect_chain[-1][0] == f"{VERSIONS}{draft.pk}/change/?stage=texts"
    assert (draft.procedure.slug, draft.name_es, draft.name_en, draft.kind) == (  # type: ignore[attr-defined]
        "mis-multas",
        "Mis multas",
        "My fines",
        "consultation",
    )
    assert [author.get_username() for author in draft.authors.all()] == ["editora"]
    save(editor, page, **typed)
    assert list(Procedure.objects.order_by("pk").values_list("slug", flat=True)) == ["mis-multas", "mis-multas-2"]
    assert "Escribe el nombre, o el final" in errors(save(editor, page, entity=str(entity.pk)))[0]


@pytest.mark.django_db
def test_a_life_event_takes_its_address_from_its_name() -> None:
    editor = an_editor()
    typed = {"name_es": "Me mudo de casa", "summary_es": "Cambia tu dirección", "icon": "house"}
    assert not errors(save(editor, editor.get(ADD.format("lifeevent")), **typed))
    assert LifeEvent.objects.get(name_es="Me mudo de casa").slug == "me-mudo-de-casa"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"label_es": "¿De qué año?"}, "de_que_ano"),
        ({"type": "plate"}, "dato_10"),
        ({"key": "k", "label_es": "A"}, "k"),
    ],
)
def test_a_datum_takes_its_key_from_its_question(typed: dict[str, str], key: str) -> None:
    draft, editor = a_draft(), an_editor()
    page = editor.get(f"{change_path(draft)}?stage=data")
    path = page.request["PATH_INFO"] + "?stage=data"
    fields = {f"required_data-0-{name}": text for name, text in typed.items()}
    assert not errors(editor.post(path, {**values_of(page), **fields, "_continue": "1"}, follow=True))
    assert [datum.key for datum in draft.required_data.all()] == [key]


# --- Options ---------------------------------------------------------------------------------------------------------


def options_of(page: Any, number: int = 0) -> list[list[str]]:
    rows = parse(page).xpath(f"//*[@id='required_data-{number}']//div[@class='options']//tbody/tr")
    return [[field.get("value") or "" for field in row.iter("input")] for row in rows]


@pytest.mark.django_db
def test_options_are_a_table_with_spare_rows_and_are_saved_as_they_stand() -> None:
    draft, editor = a_draft(), an_editor()
    options = [{"value": "due", "label": {"es": "Pendientes", "en": "Due"}}, {"value": "all", "label": {"es": "Todas"}}]
    a_datum(draft, "which", "choice", label_es="Cuáles", options=options)
    page = editor.get(change_path(draft))
    filled = [["due", "Pendientes", "Due"], ["all", "Todas", ""]]
    assert options_of(page) == [*filled, *[["", "", ""]] * 3]
    assert not errors(save(editor, page))
    assert draft.required_data.get().options == options
    added = {"required_data-0-options-2-es": "Las del último año", "required_data-0-options-9-value": "x"}
    removed = {"required_data-0-options-0-value": "", "required_data-0-options-0-es": ""}
    page = editor.get(change_path(draft))
    save(editor, page, **added, **removed, **{"required_data-0-options-0-en": "", "required_data-0-options-9-es": "X"})
    assert draft.required_data.get().options == [
        options[1],
        {"value": "las_del_ultimo_ano", "label": {"es": "Las del último año"}},
        {"value": "x", "label": {"es": "X"}},
    ]


@pytest.mark.django_db
def test_options_with_more_than_the_table_shows_lose_nothing() -> None:
    draft, editor = a_draft(), an_editor()
    options = [{"value": "a", "label": {"es": "A"}, "code": 3}]
    a_datum(draft, "which", "choice", label_es="Cuáles", options=options)
    page = editor.get(change_path(draft))
    assert not options_of(page)
    assert not errors(save(editor, page))
    assert draft.required_data.get().options == options


@pytest.mark.django_db
def test_options_that_are_wrong_are_shown_as_they_were_typed() -> None:
    draft, editor = a_draft(), an_editor()
    a_datum(draft, "which", "choice", label_es="Cuáles", options=[{"value": "a", "label": {"es": "A"}}])
    page = editor.get(change_path(draft))
    twice = {"required_data-0-options-1-value": "a", "required_data-0-options-1-es": "Otra"}
    refused = save(editor, page, **twice)
    assert "dos opciones con el mismo valor" in " ".join(errors(refused))
    assert options_of(refused)[:2] == [["a", "A", ""], ["a", "Otra", ""]]
