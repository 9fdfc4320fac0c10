"""Central cases with Catalan and Valencian switched on; `test_third_language.py` runs them in a process of their own.

They need `tests.settings_third_language`: the columns of a language are made when the models are imported.
"""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import get_language_info

from backoffice.links.sources import collect_links
from backoffice.roles import Role
from foundation import languages
from guides.models import PublicQuestion
from guides.question_files import load as load_questions
from guides.question_search import find_questions, forget_questions
from procedures.models import CatalogueStamp, Entity, Procedure, ProcedureVersion, RequiredDatum, Synonym
from procedures.published_catalogue import forget_published, published
from procedures.required_data.form import RequiredDataForm, display_rows
from procedures.transfer.export import Format
from procedures.transfer.formats.toml import texts, translated
from procedures.transfer.plan import Status
from tests.backoffice.catalogue_pages import a_draft, an_editor, change_path, main_form, save
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_version
from tests.pages import PageClient, parse, text_of
from tests.procedures.transfer.factories import KINDS, a_content, an_entity, export_file, import_file

pytestmark = pytest.mark.django_db

VALENCIAN = "ca-valencia"
OPTIONS = [{"value": "a", "label": {"es": "Uno", VALENCIAN: "U"}}, {"value": "b", "label": {"es": "Dos"}}]


def in_valencian(**texts: str | None) -> dict[str, Any]:
    """The texts by their columns."""
    return {languages.column(name, VALENCIAN): text for name, text in texts.items()}


def test_the_columns_of_a_text_follow_from_the_languages() -> None:
    assert languages.codes() == ["es", "en", "ca", VALENCIAN]
    assert languages.columns("name") == ["name_es", "name_en", "name_ca", "name_ca_valencia"]
    assert {field.name for field in Entity._meta.fields} >= set(languages.columns("name", "short_name"))
    assert languages.known_or_default(VALENCIAN) == VALENCIAN
    assert languages.known_or_default("ca_valencia") == languages.known_or_default(None) == "es"
    assert get_language_info(VALENCIAN)["name_local"] == "valencià"


@pytest.mark.parametrize(
    ("language", "name"), [("ca", "Els meus punts"), (VALENCIAN, "Els meus punts, xe"), ("es", "Mis puntos")]
)
def test_a_page_is_in_the_language_of_the_person(client: PageClient, language: str, name: str) -> None:
    a_version(name_ca="Els meus punts", name_ca_valencia="Els meus punts, xe")
    page = client.get("/tramites/dgt/puntos/", headers={"Accept-Language": language})
    assert parse(page).get("lang") == language
    assert text_of(page).startswith(name)
    assert "Cuántos puntos te quedan" in text_of(page), "what is not translated stands in Spanish"
    switched = client.get("/idioma/", {"to": VALENCIAN, "next": "/tramites/dgt/puntos/"}, follow=True)
    assert parse(switched).get("lang") == VALENCIAN


def test_each_language_is_searched_in_its_own_words() -> None:
    a_version(name_ca="Saldo del permís", keywords_ca_valencia="carnet\nesbrinar")
    Synonym(language=VALENCIAN, said="paper de conduir", meant="carnet").full_clean()
    Synonym.objects.create(language=VALENCIAN, said="paper de conduir", meant="carnet")
    with pytest.raises(ValidationError):
        Synonym(language="ca_valencia", said="x", meant="y").full_clean()
    CatalogueStamp.bump()
    forget_published()
    for language, query in (("ca", "permis"), (VALENCIAN, "esbrinar"), (VALENCIAN, "paper conduir"), ("es", "puntos")):
        with translation.override(language):
            assert [offer.code for offer in published().search_procedures(query)] == ["dgt/puntos"], query
        with translation.override("en"):
            assert query == "puntos" or published().search_procedures(query) == []


def test_the_options_of_a_datum_are_shown_in_the_language_of_the_person() -> None:
    datum = a_datum(a_version(), "which", "choice", label_ca_valencia="Quin", options=OPTIONS)
    datum.full_clean()
    with translation.override(VALENCIAN):
        form = RequiredDataForm([RequiredDatum.objects.get()], {"which": "a"})
        assert [label for _value, label in form.fields["which"].choices] == ["U", "Dos"]  # type: ignore[attr-defined]
        assert display_rows([RequiredDatum.objects.get()], {"which": "a"}) == [("Quin", "U")]


@pytest.mark.parametrize("format", list(Format))
def test_what_is_exported_comes_in_again(format: Format) -> None:
    version = a_content(Procedure.objects.create(entity=an_entity(name_ca_valencia="Trànsit"), slug="x"))
    ProcedureVersion.objects.filter(pk=version.pk).update(**in_valencian(name="Nom", keywords="un\ndos"))
    RequiredDatum.objects.create(version=version, key="which", type="choice", label_es="Cuál", options=OPTIONS)
    Synonym.objects.create(language=VALENCIAN, said="a", meant="b")
    file = export_file(format)
    assert set(import_file(file).counts) == {Status.UNCHANGED}
    Entity.objects.update(**in_valencian(name=None))
    assert import_file(file).counts[Status.CHANGED] == 1
    assert Entity.objects.filter(**in_valencian(name="Trànsit")).exists()


def test_a_translator_fills_a_column_for_each_language() -> None:
    version = a_content(Procedure.objects.create(entity=an_entity(), slug="x"))
    RequiredDatum.objects.create(version=version, key="which", type="choice", label_es="Cuál", options=OPTIONS)
    sheet = json.loads(export_file(Format.JSON, "translations"))
    assert set(sheet["translations"][0]) == {"object", "field", *languages.codes()}
    for row in sheet["translations"]:
        if row["field"] in ("needs", "options.b"):
            row[VALENCIAN] = "Res"
    import_file(json.dumps(sheet).encode())
    changed = ProcedureVersion.objects.get()
    assert getattr(changed, languages.column("needs", VALENCIAN)) == "Res"
    assert changed.required_data.get().options[1]["label"] == {"es": "Dos", VALENCIAN: "Res"}


def test_the_catalogues_files_name_a_language_by_its_code() -> None:
    content = {"name": {"es": "Uno", VALENCIAN: "U"}}
    assert texts(content, ("name",)) == {"name_es": "Uno", "name_en": "", "name_ca": "", "name_ca_valencia": "U"}
    assert translated(content, "name")[VALENCIAN] == "U"


def test_an_answer_is_checked_and_shown_in_every_language() -> None:
    load_questions()
    question = PublicQuestion.objects.get(key="free")
    question.answer_ca_valencia = "[ací](guides:enlloc)"  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as refused:
        question.full_clean()
    assert list(refused.value.message_dict) == ["answer_ca_valencia"]
    PublicQuestion.objects.filter(key="free").update(**in_valencian(question="És de franc?", answer="Sí, xe."))
    forget_questions()
    with translation.override(VALENCIAN):
        assert [(one.question, one.answer) for one in find_questions("franc xe")] == [
            ("És de franc?", "<p>Sí, xe.</p>")
        ]


def test_an_editor_writes_every_language(client: PageClient) -> None:
    draft, editor = a_draft(), an_editor()
    page = editor.get(change_path(draft))
    assert set(languages.columns("name", "gets")) <= set(main_form(page).fields)
    save(editor, page, name_ca_valencia="Les meues multes", summary_es="Mira https://es.example/")
    draft.refresh_from_db()
    assert getattr(draft, languages.column("name", VALENCIAN)) == "Les meues multes"
    assert "Valenciano" in editor.get(change_path(draft)).text


def test_an_operators_notice_is_told_in_every_language(client: PageClient) -> None:
    a_version()
    operator = signed_in(a_staff_user(Role.OPERATOR))
    page = operator.get("/gestion/operacion/interruptores/")
    labels = [" ".join(label.text_content().split()) for label in parse(page).iter("label")]
    assert {"Qué se dice a la gente", "En inglés", "En catalán", "En valenciano"} <= set(labels)
    form = next(form for form in parse(page).forms if (form.fields.get("thing") or "").startswith("entity:"))
    names = [name for name in form.fields if name.startswith("notice_")]
    typed: dict[str, Any] = {**dict(form.form_values()), "state": "closed", "notice_ca_valencia": "Demà tornem."}
    assert names == languages.columns("notice")
    operator.post("/gestion/operacion/interruptores/", typed)
    forget_published()
    told = client.get("/tramites/dgt/puntos/", headers={"Accept-Language": VALENCIAN})
    assert "Demà tornem." in text_of(told)


def test_links_are_gathered_from_every_language() -> None:
    a_version(purpose_ca_valencia="Mira https://valencia.example/a.")
    assert "https://valencia.example/a" in collect_links()


def test_every_kind_of_sheet_names_its_columns_for_staff() -> None:
    from procedures.transfer.resources import RESOURCES

    assert RESOURCES["entities"].label_of("short_name_ca_valencia") == f"nombre corto ({VALENCIAN})"
    assert RESOURCES["translations"].label_of(VALENCIAN) == "Valenciano"
    assert [column for kind in KINDS for column in RESOURCES[kind].columns if "-" in column] == [VALENCIAN]
