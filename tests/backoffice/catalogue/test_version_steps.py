"""Workflow steps on a version's page: who may take which, and that none is taken twice or unread."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from backoffice.roles import Role
from foundation import audit
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
    steps_offered,
    token,
    values_of,
)
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_datum, a_version
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db
PUBLIC = "/tramites/dgt/multas/"


def state_of(version: ProcedureVersion) -> str:
    return ProcedureVersion.objects.values_list("state", flat=True).get(pk=version.pk)


def test_from_an_editors_draft_to_what_people_see_by_two_people(client: PageClient) -> None:
    draft, editor, approver = a_draft(), an_editor(), an_approver()
    save(editor, editor.get(change_path(draft)), summary_es="Las tuyas")
    assert said(press(editor, draft, "submit")) == ["Enviada a revisión: «Mis multas · v1»"]
    assert said(press(approver, draft, "approve")) == ["Aprobada: «Mis multas · v1»"]
    assert client.get(PUBLIC).status_code == 404
    assert said(press(approver, draft, "publish")) == ["Publicada: «Mis multas · v1»"]
    assert "Las tuyas" in client.get(PUBLIC).text
    assert said(press(approver, draft, "retire")) == ["Retirada: «Mis multas · v1»"]
    assert client.get(PUBLIC).status_code == 410


def test_each_step_is_in_its_history_and_in_the_audit_log(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[tuple[str, str]] = []
    monkeypatch.setattr(audit, "record", lambda action, *, actor="", **_detail: recorded.append((action, actor)))
    draft, editor, approver = a_draft(), an_editor(), an_approver()
    press(editor, draft, "submit")
    press(approver, draft, "send_back", note="Falta el plazo")
    press(editor, draft, "submit")
    press(approver, draft, "approve")
    steps = [(f"procedureversion.{what}", who) for what, who in (
        ("submitted", "editora"), ("sent_back", "aprobador"), ("submitted", "editora"), ("approved", "aprobador"),
    )]  # fmt: skip
    assert [entry for entry in recorded if entry[0].startswith("procedureversion.")] == steps
    page = editor.get(change_path(draft)).text
    assert "Devuelta: Falta el plazo" in page
    assert LogEntry.objects.count() == 4


def test_nobody_is_offered_to_approve_their_own_nor_can_by_hand() -> None:
    both = signed_in(a_staff_user(Role.EDITOR, Role.APPROVER, name="ambos"))
    draft = a_draft()
    save(both, both.get(change_path(draft)), summary_es="Mía")
    press(an_editor(), draft, "submit")
    page = both.get(change_path(draft))
    assert steps_offered(page) == ["send_back"]
    assert "La tiene que aprobar otra persona" in page.text
    revision = ProcedureVersion.objects.get(pk=draft.pk).revision
    refused = both.post(f"{VERSIONS}{draft.pk}/step/approve/", {"revision": revision, **token(both)})
    assert "la has escrito o enviado tú" in errors(refused)[0]
    assert state_of(draft) == VersionState.IN_REVIEW


@pytest.mark.parametrize("fields", [{"connector": ""}, {"gets_es": ""}])
def test_what_is_missing_stands_on_the_page_and_is_not_submitted(fields: dict[str, Any]) -> None:
    draft, editor = a_draft(**fields), an_editor()
    page = editor.get(change_path(draft))
    missing = parse(page).find_class("panel-missing")[0].text_content()
    assert "Falta 1 cosa" in " ".join(missing.split())
    refused = press(editor, draft, "submit")
    assert refused.status_code == 200
    assert errors(refused)
    assert state_of(draft) == VersionState.DRAFT


def test_sending_back_needs_a_note_and_shows_it() -> None:
    draft, editor, approver = a_draft(), an_editor(), an_approver()
    press(editor, draft, "submit")
    refused = press(approver, draft, "send_back", note=" ")
    assert any("Escribe qué hay que cambiar" in error for error in errors(refused))
    assert parse(refused).xpath("//textarea[@name='note']")
    press(approver, draft, "send_back", note="Falta <b>el plazo</b>")
    page = editor.get(change_path(draft))
    assert "Falta &lt;b&gt;el plazo" in page.text
    assert "submit" in steps_offered(page)


def test_a_date_is_saved_and_a_wrong_one_is_explained_at_its_field() -> None:
    draft, approver = a_draft(), an_approver()
    press(an_editor(), draft, "submit")
    press(approver, draft, "approve")
    past = {"publish_at_0": "2020-01-01", "publish_at_1": "10:00:00"}
    refused = press(approver, draft, "schedule", **past)
    assert errors(refused) == ["Esa fecha ya ha pasado"]
    assert 'value="2020-01-01"' in refused.text
    day = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%d")
    press(approver, draft, "schedule", publish_at_0=day, publish_at_1="10:00:00")
    draft.refresh_from_db()
    assert draft.publish_at is not None
    assert timezone.localtime(draft.publish_at).strftime("%Y-%m-%d %H:%M") == f"{day} 10:00"
    assert "Se publicará el" in approver.get(change_path(draft)).text


def test_the_second_of_two_who_press_learns_it_and_nothing_is_done_twice() -> None:
    draft, one, two = a_draft(), an_approver("una"), an_approver("otro")
    press(an_editor(), draft, "submit")
    pages = [person.get(change_path(draft)) for person in (one, two)]
    press(one, draft, "approve", pages[0])
    late = press(two, draft, "approve", pages[1])
    assert "Otra persona acaba de cambiar" in errors(late)[0]
    draft.refresh_from_db()
    assert draft.approved_by is not None
    assert draft.approved_by.get_username() == "una"
    page = one.get(change_path(draft))
    press(one, draft, "publish", page)
    assert errors(press(one, draft, "publish", page))


def test_what_changed_since_the_approver_read_it_is_not_approved() -> None:
    draft, editor, approver = a_draft(), an_editor(), an_approver()
    press(editor, draft, "submit")
    read = approver.get(change_path(draft))
    press(an_approver("otra"), draft, "send_back", note="Espera")
    save(editor, editor.get(change_path(draft)), gets_es="Otra cosa")
    press(editor, draft, "submit")
    assert errors(press(approver, draft, "approve", read))
    assert state_of(draft) == VersionState.IN_REVIEW


def test_a_step_is_offered_with_its_permission_alone_and_get_changes_nothing() -> None:
    draft, editor, approver = a_draft(), an_editor(), an_approver()
    assert steps_offered(approver.get(change_path(draft))) == []
    assert steps_offered(editor.get(change_path(draft))) == ["submit"]
    for path in ("step/submit/", "restore/"):
        assert editor.get(f"{VERSIONS}{draft.pk}/{path}").status_code == 405
    auditor = signed_in(a_staff_user(Role.AUDITOR))
    page = auditor.get(change_path(draft))
    sent = {"csrfmiddlewaretoken": page.context["csrf_token"]}
    for key in ("submit", "approve", "publish", "schedule", "send_back", "retire"):
        assert auditor.post(f"{VERSIONS}{draft.pk}/step/{key}/", sent).status_code == 403
    assert state_of(draft) == VersionState.DRAFT


@pytest.mark.parametrize("state", [VersionState.IN_REVIEW, VersionState.APPROVED, VersionState.PUBLISHED])
def test_what_somebody_submitted_meanwhile_is_not_changed_and_what_was_typed_stays(state: VersionState) -> None:
    draft, editor = a_draft(), an_editor()
    page = editor.get(change_path(draft))
    press(an_editor("otra"), draft, "submit")
    ProcedureVersion.objects.filter(pk=draft.pk).update(state=state)
    late = save(editor, page, gets_es="Lo que yo decía")
    assert any("otra ha cambiado esto mientras lo editabas" in error for error in errors(late))
    assert any("Enviada a revisión" in error for error in errors(late))
    assert values_of(late)["gets_es"] == "Lo que yo decía"
    draft.refresh_from_db()
    assert draft.gets == "Una lista"


def test_a_retired_version_is_restored_as_a_new_draft_of_whoever_does_it(client: PageClient) -> None:
    version = a_version("dgt/multas")
    a_datum(version, "plate", "plate")
    version.retire()
    editor = an_editor()
    page = editor.get(change_path(version))
    form = next(form for form in parse(page).forms if (form.get("action") or "").endswith("/restore/"))
    restored = editor.post(form.get("action"), dict(form.form_values()), follow=True)
    draft = ProcedureVersion.objects.get(state=VersionState.DRAFT)
    assert restored.request["PATH_INFO"] == change_path(draft)
    assert [datum.key for datum in draft.required_data.all()] == ["plate"]
    assert [author.get_username() for author in draft.authors.all()] == ["editora"]


def test_the_list_is_filtered_by_what_waits_for_me() -> None:
    editor, approver = an_editor(), an_approver()
    mine = a_draft("mio")
    save(editor, editor.get(change_path(mine)), summary_es="Mío")
    others = a_draft("ajeno")
    reviewed = a_draft("revisado")
    press(editor, reviewed, "submit")

    def listed(client: PageClient, query: str) -> set[str]:
        links = parse(client.get(f"{VERSIONS}?{query}")).xpath("//table[@id='result_list']//th//a/@href")
        return {link.split("/")[-3] for link in links if "/change/" in link}

    assert listed(editor, "waiting=me") == {str(mine.pk)}
    assert listed(approver, "waiting=me") == {str(reviewed.pk)}
    assert listed(editor, "state__exact=draft") == {str(mine.pk), str(others.pk)}
    assert listed(editor, "translation=complete") == set()
    texts = {name.replace("_es", "_en"): "English" for name in ("name_es", "summary_es", "purpose_es", "needs_es")}
    whole = {**texts, "gets_en": "A list", "duration_en": "Now", "legal_basis_en": "Law"}
    ProcedureVersion.objects.filter(pk=others.pk).update(**whole)
    assert listed(editor, "translation=complete") == {str(others.pk)}
    assert listed(editor, "entity=dgt") >= {str(mine.pk)}
    assert listed(editor, "entity=ine") == set()


def test_versions_are_published_in_bulk_with_the_permission_alone() -> None:
    draft, approver = a_draft(), an_approver()
    press(an_editor(), draft, "submit")
    press(approver, draft, "approve")
    page = approver.get(VERSIONS)
    actions = parse(page).xpath("//select[@name='action']/option/@value")
    assert "publish" in actions
    assert "submit" not in actions
    chosen = {"action": "publish", "_selected_action": [draft.pk], **token(approver)}
    assert said(approver.post(VERSIONS, chosen, follow=True)) == ["Versiones publicadas: 1"]
    assert state_of(draft) == VersionState.PUBLISHED
