"""Edit conflicts: the second person learns who was first and what differs, and overwrites nothing."""

import threading
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from backoffice.edit_conflicts import RevisionForm
from backoffice.model_admin import StaffAdmin
from foundation.models import Revisioned
from procedures.models import Entity, ExternalService, LifeEvent, ProcedureVersion, RequiredDatum, Synonym
from tests.backoffice.catalogue_pages import a_draft, an_editor, change_path, errors, save, values_of
from tests.factories import a_datum
from tests.pages import PageClient

pytestmark = pytest.mark.django_db


def an_entity() -> Entity:
    return Entity.objects.create(slug="ine", name_es="Estadística", short_name_es="INE", monogram="INE", tone="sky")


ROWS: list[tuple[Any, str, str]] = [
    (an_entity, "name_es", "entity"),
    (lambda: a_draft().procedure, "order", "procedure"),
    (a_draft, "gets_es", "procedureversion"),
    (
        lambda: LifeEvent.objects.create(slug="boda", icon="heart", name_es="Me caso", summary_es="Y qué hago"),
        "summary_es",
        "lifeevent",
    ),
    (
        lambda: ExternalService.objects.create(
            slug="dni", url="https://dni.test", name_es="DNI", body_es="Policía", summary_es="Con cita."
        ),
        "summary_es",
        "externalservice",
    ),
    (lambda: Synonym.objects.create(language="es", said="paro", meant="desempleo"), "meant", "synonym"),
]


@pytest.mark.parametrize(("make", "field", "model"), ROWS)
def test_the_second_to_save_learns_it_and_overwrites_nothing(make: Any, field: str, model: str) -> None:
    row, one, two = make(), an_editor("ana"), an_editor("luis")
    path = f"/gestion/procedures/{model}/{row.pk}/change/"
    pages = one.get(path), two.get(path)
    first, second = ("7", "8") if field == "order" else ("de Ana", "de Luis")
    assert not errors(save(one, pages[0], **{field: first}))
    late = save(two, pages[1], **{field: second})
    assert late.status_code == 200
    sentences = " ".join(errors(late))
    assert "ana ha cambiado esto mientras lo editabas" in sentences
    assert f"(ahora: «{first}»)" in sentences
    assert values_of(late)[field] == second
    row.refresh_from_db()
    assert str(getattr(row, field)) == first
    assert errors(save(two, late)), "what is seen to be stale stays so, however often it is sent"
    assert not errors(save(two, two.get(path), **{field: second}))


def test_a_change_of_an_inline_row_counts_as_one_of_the_row() -> None:
    draft = a_draft()
    a_datum(draft, "plate", "plate", label_es="Matrícula")
    one, two = an_editor("ana"), an_editor("luis")
    pages = one.get(change_path(draft)), two.get(change_path(draft))
    assert not errors(save(one, pages[0], **{"required_data-0-label_es": "La matrícula"}))
    late = save(two, pages[1], gets_es="Otra cosa")
    assert any("dato necesario" in error for error in errors(late))
    assert values_of(late)["gets_es"] == "Otra cosa"
    draft.refresh_from_db()
    assert draft.gets == "Una lista"
    assert RequiredDatum.objects.get().label == "La matrícula"


def test_a_datum_that_somebody_else_deleted_does_not_come_back() -> None:
    draft = a_draft()
    a_datum(draft, "plate", "plate", label_es="Matrícula")
    one, two = an_editor("ana"), an_editor("luis")
    pages = one.get(change_path(draft)), two.get(change_path(draft))
    assert not errors(save(one, pages[0], **{"required_data-0-DELETE": "on"}))
    late = save(two, pages[1], **{"required_data-0-label_es": "Tu matrícula"})
    assert errors(late)
    assert "Tu matrícula" in late.text
    assert not RequiredDatum.objects.exists()


@pytest.mark.parametrize("seen", ["", "abc", "99", "-1"])
def test_a_form_without_its_revision_saves_nothing(seen: str) -> None:
    draft, editor = a_draft(), an_editor()
    page = editor.get(change_path(draft))
    assert errors(save(editor, page, gets_es="Otra cosa", seen_revision=seen))
    draft.refresh_from_db()
    assert draft.gets == "Una lista"


@pytest.mark.django_db(transaction=True)
def test_of_many_parallel_saves_one_wins_and_the_others_are_explained() -> None:
    draft = a_draft()
    editors = [an_editor(f"editor-{number}") for number in range(4)]
    pages = [editor.get(change_path(draft)) for editor in editors]
    answers: list[Any] = []

    def save_mine(number: int) -> None:
        answers.append(save(editors[number], pages[number], gets_es=f"De {number}"))
        connections.close_all()

    threads = [threading.Thread(target=save_mine, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(errors(answer)) for answer in answers) == [False, True, True, True]
    assert ProcedureVersion.objects.get().revision == draft.revision + 1


def test_a_conflict_after_validating_the_form_is_explained_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with two parallel transactions: the form is valid, and the row changes before it is saved."""
    draft, editor = a_draft(), an_editor()
    page = editor.get(change_path(draft))
    clean = RevisionForm.clean
    overtaken: list[RevisionForm] = []

    def looked_at(form: RevisionForm) -> Any:
        cleaned = clean(form)
        if not overtaken:
            overtaken.append(form)
            form.instance.still_at = lambda _seen: False
        else:
            form.instance.revision += 1
            clean(form)
        return cleaned

    monkeypatch.setattr(RevisionForm, "clean", looked_at)
    assert errors(save(editor, page, gets_es="Otra cosa"))
    draft.refresh_from_db()
    assert draft.gets == "Una lista"


def test_revisioned_rows_cannot_be_edited_in_a_list() -> None:
    class Listed(StaffAdmin):
        list_display = ["said", "is_used"]
        list_editable = ["is_used"]

    with pytest.raises(ImproperlyConfigured):
        Listed(Synonym, admin.site)


def test_every_page_of_such_a_row_is_guarded() -> None:
    guarded = {model for model, page in admin.site._registry.items() if issubclass(page.form, RevisionForm)}
    assert {model for model in admin.site._registry if issubclass(model, Revisioned)} <= guarded


def test_setting_a_field_of_many_rows_makes_open_edits_stale() -> None:
    synonym, editor = Synonym.objects.create(language="es", said="paro", meant="desempleo"), an_editor()
    path = "/gestion/procedures/synonym/"
    page = editor.get(f"{path}{synonym.pk}/change/")
    chosen = {"action": "leave_out", "_selected_action": [synonym.pk], **_token(editor, path)}
    editor.post(path, chosen)
    synonym.refresh_from_db()
    assert not synonym.is_used
    assert errors(save(editor, page, meant="otra cosa"))


def _token(client: PageClient, path: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": client.get(path).context["csrf_token"]}
