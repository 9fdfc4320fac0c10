"""The host of a draft's connector is looked up when it is saved, submitted or published, and never in a transaction."""

import pytest

from procedures.models import ProcedureVersion, VersionState
from tests.backoffice.catalogue_pages import (
    VERSIONS,
    a_draft,
    an_approver,
    an_editor,
    change_path,
    errors,
    press,
    said,
    save,
    values_of,
)
from tests.foundation.http.resolver import resolves_to

pytestmark = pytest.mark.django_db
CONNECTOR = "https://body.example/multas"
OUTSIDE, INSIDE = {"body.example": "1.1.1.1"}, {"body.example": "10.0.0.7"}
REFUSED = "«body.example» lleva a una red privada o reservada, y desde aquí no se llama a ninguna"


def test_saving_looks_the_host_up_once_and_saves(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, draft, editor = resolves_to(monkeypatch, OUTSIDE), a_draft(), an_editor()
    save(editor, editor.get(change_path(draft)), connector=f" {CONNECTOR} ")
    draft.refresh_from_db()
    assert (draft.connector, asked) == (CONNECTOR, ["body.example"])


def test_a_host_inside_is_refused_however_it_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, INSIDE)
    draft, editor = a_draft(), an_editor()
    assert REFUSED in errors(save(editor, editor.get(change_path(draft)), connector=f" {CONNECTOR} "))
    draft.refresh_from_db()
    assert draft.connector != CONNECTOR


def test_a_new_version_is_refused_a_host_inside_too(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, INSIDE)
    draft, editor = a_draft(), an_editor()
    typed = values_of(editor.get(change_path(draft))) | {"procedure": str(draft.procedure_id), "connector": CONNECTOR}
    assert REFUSED in errors(editor.post(f"{VERSIONS}add/", typed))
    assert ProcedureVersion.objects.count() == 1


def test_looking_at_a_draft_looks_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, draft = resolves_to(monkeypatch, OUTSIDE), a_draft(connector=CONNECTOR)
    an_editor().get(change_path(draft))
    assert asked == []


def test_submitting_and_publishing_look_the_host_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, draft = resolves_to(monkeypatch, OUTSIDE), a_draft(connector=CONNECTOR)
    editor, approver = an_editor(), an_approver()
    for client, step in ((editor, "submit"), (approver, "approve"), (approver, "publish")):
        press(client, draft, step)
    draft.refresh_from_db()
    assert (draft.state, asked) == (VersionState.PUBLISHED, ["body.example"] * 2)


def test_a_host_that_leads_inside_by_then_is_not_submitted(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, INSIDE)
    draft, editor = a_draft(connector=CONNECTOR), an_editor()
    assert f"dirección del conector: {REFUSED}" in errors(press(editor, draft, "submit"))
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT


def test_a_host_that_leads_inside_by_then_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    draft, editor, approver = a_draft(connector=CONNECTOR), an_editor(), an_approver()
    resolves_to(monkeypatch, OUTSIDE)
    press(editor, draft, "submit")
    assert said(press(approver, draft, "approve"))
    resolves_to(monkeypatch, INSIDE)
    assert f"dirección del conector: {REFUSED}" in errors(press(approver, draft, "publish"))
    draft.refresh_from_db()
    assert draft.state == VersionState.APPROVED
