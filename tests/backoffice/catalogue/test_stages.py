"""Writing a draft stage by stage: saved unfinished, led on to the next, and sent to review when nothing is missing."""

from typing import Any

import pytest

from backoffice.catalogue.stages import STAGES
from backoffice.roles import Role
from procedures.models import Entity, Procedure, ProcedureVersion, RequiredDatum, VersionState
from tests.backoffice.catalogue_pages import (
    TEXTS,
    VERSIONS,
    a_draft,
    an_editor,
    change_path,
    errors,
    press,
    said,
    values_of,
)
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db
ENGLISH: dict[str, Any] = {name.replace("_es", "_en"): "English" for name in TEXTS}


def a_procedure() -> Procedure:
    entity = Entity.objects.create(slug="dgt", name_es="Dirección General", short_name_es="Tráfico", monogram="DGT")
    return Procedure.objects.create(entity=entity, slug="multas")


def stage_path(version: ProcedureVersion, stage: str) -> str:
    return f"{change_path(version)}?stage={stage}"


def fill(client: PageClient, path: str, button: str, **typed: Any) -> Any:
    """Fill in the form at this address and press a button of its bar."""
    page = client.get(path)
    assert parse(page).xpath(f"//div[@class='submit-row']//input[@name='{button}']"), f"{button} is offered"
    return client.post(path, {**values_of(page), **typed, button: "1"}, follow=True)


def at(page: Any) -> str:
    """Return the address that a chain of redirects has ended at."""
    return str(page.redirect_chain[-1][0] if page.redirect_chain else "")


def missing(page: Any, kind: str = "missing") -> dict[str, str]:
    """Return the listed sentences, each with its link."""
    links = parse(page).xpath(f"//details[@class='panel-{kind}']//li/a")
    return {" ".join(link.text_content().split()): link.get("href") for link in links}


def test_from_the_procedure_to_review_stage_by_stage() -> None:
    procedure, editor = a_procedure(), an_editor()
    path = f"{VERSIONS}add/?procedure={procedure.pk}&stage=identity"
    page = fill(editor, path, "_next", name_es="Mis multas", kind="consultation")
    draft = ProcedureVersion.objects.get()
    assert at(page) == stage_path(draft, "texts")
    page = fill(editor, stage_path(draft, "texts"), "_next", gets_es="Una lista")
    assert at(page) == stage_path(draft, "data")
    datum = {"label_es": "Matrícula", "key": "plate", "type": "plate"}
    typed = {f"required_data-0-{name}": text for name, text in datum.items()}
    page = fill(editor, stage_path(draft, "data"), "_next", **typed)
    assert at(page) == stage_path(draft, "connector")
    page = fill(editor, stage_path(draft, "connector"), "_next", connector="{sandbox}/bodies/dgt/multas")
    assert at(page) == f"{VERSIONS}{draft.pk}/preview/"
    draft.refresh_from_db()
    assert (draft.name, draft.gets, draft.connector) == ("Mis multas", "Una lista", "{sandbox}/bodies/dgt/multas")
    assert [found.key for found in draft.required_data.all()] == ["plate"]
    assert [author.get_username() for author in draft.authors.all()] == ["editora"]


@pytest.mark.parametrize("stage", ["identity", "texts", "data", "connector"])
def test_each_stage_saves_its_own_fields_alone_and_stays(stage: str) -> None:
    draft, editor = a_draft(**ENGLISH), an_editor()
    a_datum(draft, "plate", "plate", label_es="Matrícula")
    page = fill(editor, stage_path(draft, stage), "_continue")
    assert at(page) == stage_path(draft, stage)
    assert said(page) == ["Guardado"]
    before, after = draft, ProcedureVersion.objects.get(pk=draft.pk)
    unchanged = (*ENGLISH, *TEXTS, "kind", "level", "methods", "connector", "mapping", "honours_idempotency_key")
    assert {name: getattr(after, name) for name in unchanged} == {name: getattr(before, name) for name in unchanged}
    assert after.required_data.count() == 1


def test_an_empty_draft_is_saved_and_every_page_of_it_opens() -> None:
    procedure, editor = a_procedure(), an_editor()
    page = fill(editor, f"{VERSIONS}add/", "_continue", procedure=str(procedure.pk))
    assert not errors(page)
    draft = ProcedureVersion.objects.get()
    RequiredDatum.objects.create(version=draft, key="dato", type="choice", label_es="")
    RequiredDatum.objects.create(version=draft, key="otro", type="", label_es="Otro")
    paths = ["change/", "preview/", "preview/page/", "preview/start/", "review/", "compare/", "history/"]
    paths += [f"change/?stage={stage.key}" for stage in STAGES]
    for path in paths:
        assert editor.get(f"{VERSIONS}{draft.pk}/{path}").status_code == 200, path
    assert "dgt/multas · v1" in editor.get(VERSIONS).text


def test_what_is_missing_is_listed_with_links_to_the_fields() -> None:
    draft, editor = a_draft(connector="", gets_es=""), an_editor()
    RequiredDatum.objects.create(version=draft, key="which", type="choice", label_es="Cuál", order=1)
    page = editor.get(f"{VERSIONS}{draft.pk}/review/")
    found = missing(page)
    assert list(found) == [
        "Qué obtienes: falta",
        "Which: opciones: Escribe las opciones entre las que se elige, 100 como mucho",
        "Dirección del conector: falta",
    ]
    for link in found.values():
        path, _hash, element = link.partition("#")
        assert parse(editor.get(path)).xpath(f"//*[@id='{element}']"), link


def test_missing_translations_are_asked_for_and_may_be_left() -> None:
    draft, editor = a_draft(**{**ENGLISH, "gets_en": "", "keywords_es": "multa"}), an_editor()
    page = fill(editor, change_path(draft), "_submit")
    assert at(page) == f"{VERSIONS}{draft.pk}/review/"
    assert list(missing(page, "untranslated")) == [
        "Qué obtienes: falta en inglés",
        "Palabras de búsqueda: falta en inglés",
    ]
    assert not missing(page)
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT
    press(editor, draft, "submit")
    draft.refresh_from_db()
    assert draft.state == VersionState.IN_REVIEW


@pytest.mark.parametrize("stage", ["", "?stage=texts", "?stage=data"])
def test_saving_and_sending_to_review_are_one_button(stage: str) -> None:
    draft, editor = a_draft(**ENGLISH), an_editor()
    typed = {} if "data" in stage else {"gets_es": "Otra lista"}
    page = fill(editor, change_path(draft) + stage, "_submit", **typed)
    assert said(page) == ["Enviada a revisión: «Mis multas · v1»"]
    draft.refresh_from_db()
    assert (draft.state, draft.gets) == (VersionState.IN_REVIEW, typed.get("gets_es", "Una lista"))


def test_an_unfinished_draft_is_saved_and_not_sent() -> None:
    draft, editor = a_draft(), an_editor()
    page = fill(editor, stage_path(draft, "texts"), "_submit", gets_es="", needs_es="El permiso")
    assert "Guardado" in said(page)[0]
    assert list(missing(page)) == ["Qué obtienes: falta"]
    draft.refresh_from_db()
    assert (draft.state, draft.needs) == (VersionState.DRAFT, "El permiso")


def test_what_is_wrong_is_not_saved_and_not_sent() -> None:
    draft, editor = a_draft(**ENGLISH), an_editor()
    page = fill(editor, stage_path(draft, "connector"), "_submit", connector="ftp://a")
    assert errors(page)
    draft.refresh_from_db()
    assert (draft.state, draft.connector) == (VersionState.DRAFT, "{sandbox}/bodies/dgt/multas")


def test_the_stepper_tells_what_is_done_and_what_is_missing() -> None:
    draft, editor = a_draft(connector=""), an_editor()
    steps = parse(editor.get(stage_path(draft, "texts"))).xpath("//nav[@class='stepper']//li")
    texts = [" ".join(step.text_content().split()) for step in steps]
    assert [step.get("class") for step in steps] == ["done", "done", "done", "lacking", None, None]
    assert "falta 1" in texts[3]
    assert [step.xpath("string(*/@aria-current)") for step in steps].index("step") == 1


def test_who_may_not_write_sees_no_stages() -> None:
    draft = a_draft()
    auditor = signed_in(a_staff_user(Role.AUDITOR))
    for path in (stage_path(draft, "texts"), f"{VERSIONS}{draft.pk}/review/", f"{VERSIONS}{draft.pk}/preview/"):
        page = auditor.get(path)
        assert not parse(page).find_class("stepper")
    assert auditor.get(f"{VERSIONS}add/?stage=identity").status_code == 403
    assert signed_in(a_staff_user(name="nadie")).get(f"{VERSIONS}{draft.pk}/review/").status_code == 403


def test_a_submitted_version_has_no_stages_left() -> None:
    draft, editor = a_draft(), an_editor()
    press(editor, draft, "submit")
    assert not parse(editor.get(stage_path(draft, "texts"))).find_class("stepper")
    assert editor.get(f"{VERSIONS}{draft.pk}/review/").headers["Location"] == change_path(draft)


def test_two_who_press_save_and_send_hand_it_over_once() -> None:
    draft, one, two = a_draft(**ENGLISH), an_editor("una"), an_editor("otra")
    pages = [person.get(change_path(draft)) for person in (one, two)]
    one.post(change_path(draft), {**values_of(pages[0]), "_submit": "1"})
    late = two.post(change_path(draft), {**values_of(pages[1]), "gets_es": "Lo mío", "_submit": "1"})
    assert any("una ha cambiado esto" in error for error in errors(late))
    draft.refresh_from_db()
    assert (draft.state, draft.gets, str(draft.submitted_by)) == (VersionState.IN_REVIEW, "Una lista", "una")
