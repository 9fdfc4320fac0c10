"""The life of a version: each step is won by one, and nobody approves what is their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from procedures.models import CatalogueStamp, ProcedureVersion, RequiredDatum, VersionState
from procedures.models.version_workflow import PublishedVersionIsImmutable, SelfApproval
from procedures.tasks import publish_and_retire_due
from tests.factories import a_version

pytestmark = pytest.mark.django_db


def a_person(name: str, **fields: Any) -> User:
    return User.objects.create_user(name, **fields)


def a_draft(author: User | None = None, code: str = "dgt/puntos") -> ProcedureVersion:
    """A draft beside the published version of its procedure."""
    draft = a_version(code).copy_to_draft()
    if author is not None:
        draft.authors.add(author)
    return draft


def in_review() -> tuple[ProcedureVersion, User]:
    editor = a_person("editor")
    draft = a_draft(editor)
    assert draft.submit(editor)
    return draft, editor


def approved() -> ProcedureVersion:
    version, _editor = in_review()
    assert version.approve(a_person("approver"))
    return version


def state_of(version: ProcedureVersion) -> str:
    return ProcedureVersion.objects.values_list("state", flat=True).get(pk=version.pk)


def in_the_past(version: ProcedureVersion, **names: bool) -> None:
    earlier = timezone.now() - timedelta(minutes=1)
    ProcedureVersion.objects.filter(pk=version.pk).update(**dict.fromkeys(names, earlier))


def by_all(works: list[Any]) -> list[Any]:
    """What each answers, all of them begun at once in threads of their own."""

    def work(one: Any) -> Any:
        try:
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(work, works))


# --- To review, back, and approved -----------------------------------------------------------------------------------


def test_a_draft_goes_from_an_editor_to_an_approver_to_the_people() -> None:
    editor, approver = a_person("editor"), a_person("approver")
    draft = a_draft(editor)
    assert draft.submit(editor)
    assert (draft.state, draft.submitted_by, draft.is_draft) == (VersionState.IN_REVIEW, editor, False)
    assert draft.approve(approver)
    assert (draft.state, draft.approved_by) == (VersionState.APPROVED, approver)
    stamp = CatalogueStamp.current()
    assert draft.publish_approved()
    assert dict(ProcedureVersion.objects.values_list("number", "state")) == {1: "retired", 2: "published"}
    assert CatalogueStamp.current() > stamp


def test_a_draft_that_is_not_whole_is_not_submitted() -> None:
    editor = a_person("editor")
    draft = a_draft(editor)
    ProcedureVersion.objects.filter(pk=draft.pk).update(connector="", gets_es="", mapping={"year": "ejercicio"})
    RequiredDatum.objects.create(version=draft, key="when", type="year", label_es="Año", minimum="2020", maximum="2019")
    draft.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        draft.submit(editor)
    said = " ".join(refused.value.messages)
    assert "conector" in said
    assert "qué obtienes" in said
    assert "mínimo" in said
    assert state_of(draft) == VersionState.DRAFT


def test_a_text_in_another_language_alone_is_not_enough() -> None:
    draft = a_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(summary_es="", summary_en="Your points")
    draft.refresh_from_db()
    with pytest.raises(ValidationError, match="resumen"):
        draft.submit(a_person("editor"))


def test_names_for_data_that_are_not_asked_for_are_refused() -> None:
    draft = a_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(mapping={"year": "ejercicio"})
    draft.refresh_from_db()
    with pytest.raises(ValidationError, match="«year»"):
        draft.check_complete()


def test_what_was_changed_since_it_was_read_is_not_submitted() -> None:
    draft = a_draft()
    read = ProcedureVersion.objects.get(pk=draft.pk)
    draft.save()
    assert not read.submit(a_person("editor"))
    assert state_of(draft) == VersionState.DRAFT


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_approves_what_they_wrote_or_submitted(is_superuser: bool) -> None:
    author, submitter = (a_person(name, is_superuser=is_superuser) for name in ("author", "submitter"))
    draft = a_draft(author)
    assert draft.submit(submitter)
    for person in (author, submitter):
        with pytest.raises(SelfApproval):
            draft.approve(person)
    assert state_of(draft) == VersionState.IN_REVIEW
    assert draft.approve(a_person("other"))


def test_who_became_an_author_meanwhile_does_not_approve(monkeypatch: pytest.MonkeyPatch) -> None:
    version, _editor = in_review()
    late = a_person("late")
    version.authors.add(late)
    monkeypatch.setattr(ProcedureVersion, "may_be_approved_by", lambda *_: True)
    assert not version.approve(late)


def test_approving_twice_is_won_once() -> None:
    version, _editor = in_review()
    again = ProcedureVersion.objects.get(pk=version.pk)
    assert version.approve(a_person("one"))
    assert not again.approve(a_person("two"))
    assert not ProcedureVersion.objects.get(pk=version.pk).approve(a_person("three"))
    assert ProcedureVersion.objects.get(pk=version.pk).approved_by == User.objects.get(username="one")


def test_what_was_sent_back_and_changed_is_not_approved_as_it_was_read() -> None:
    version, editor = in_review()
    read = ProcedureVersion.objects.get(pk=version.pk)
    assert version.send_back("Falta el plazo")
    version.gets = "Otra cosa"
    version.save()
    assert version.submit(editor)
    assert not read.approve(a_person("approver"))


@pytest.mark.parametrize("is_approved", [False, True])
def test_what_is_sent_back_is_a_draft_again_with_the_note(is_approved: bool) -> None:
    version = approved() if is_approved else in_review()[0]
    assert version.send_back("Falta el plazo")
    assert (version.state, version.review_note) == (VersionState.DRAFT, "Falta el plazo")
    assert version.submitted_by is None
    assert version.approved_by is None
    assert version.submit(a_person("another"))
    assert version.review_note == ""


@pytest.mark.parametrize("state", [VersionState.DRAFT, VersionState.PUBLISHED, VersionState.RETIRED])
def test_only_what_waits_is_sent_back_or_approved(state: VersionState) -> None:
    draft = a_draft()
    ProcedureVersion.objects.exclude(pk=draft.pk).delete()
    ProcedureVersion.objects.filter(pk=draft.pk).update(state=state)
    draft.refresh_from_db()
    assert not draft.send_back("No")
    assert not draft.approve(a_person("approver"))
    assert state_of(draft) == state


@pytest.mark.parametrize("step", ["submit", "approve"])
def test_what_is_in_review_or_approved_changes_no_more(step: str) -> None:
    version = in_review()[0] if step == "submit" else approved()
    with pytest.raises(PublishedVersionIsImmutable):
        version.save()
    with pytest.raises(PublishedVersionIsImmutable):
        version.save(update_fields=["mapping"])


def test_saving_moves_the_revision_and_a_step_does_too() -> None:
    draft = a_draft()
    before = draft.revision
    draft.save(update_fields=["connector"])
    assert draft.revision == before + 1
    assert not draft.still_at(before)
    draft.submit(a_person("editor"))
    assert ProcedureVersion.objects.get(pk=draft.pk).revision == before + 2


# --- Published, retired, on a date -----------------------------------------------------------------------------------


def test_only_what_is_approved_is_published_by_people() -> None:
    draft = a_draft()
    assert not draft.publish_approved()
    version, _editor = in_review_of(draft)
    assert not version.publish_approved()
    assert dict(ProcedureVersion.objects.values_list("number", "state")) == {1: "published", 2: "in_review"}


def in_review_of(draft: ProcedureVersion) -> tuple[ProcedureVersion, User]:
    editor = a_person("editor")
    assert draft.submit(editor)
    return draft, editor


def test_what_is_in_review_is_not_published_by_a_file_either() -> None:
    version, _editor = in_review()
    with pytest.raises(PublishedVersionIsImmutable):
        version.publish()
    assert dict(ProcedureVersion.objects.values_list("number", "state")) == {1: "published", 2: "in_review"}


def test_retiring_leaves_nothing_in_its_place() -> None:
    version = a_version()
    stamp = CatalogueStamp.current()
    assert version.retire()
    assert not version.retire()
    assert version.state == VersionState.RETIRED
    assert CatalogueStamp.current() == stamp + 1


def test_a_date_that_has_passed_or_an_end_before_the_beginning_is_refused() -> None:
    version, moment = approved(), timezone.now()
    with pytest.raises(ValidationError) as refused:
        version.schedule(moment - timedelta(days=1), None)
    assert set(refused.value.message_dict) == {"publish_at"}
    with pytest.raises(ValidationError) as refused:
        version.schedule(moment + timedelta(days=2), moment + timedelta(days=1))
    assert set(refused.value.message_dict) == {"retire_at"}


def test_only_what_is_approved_or_published_has_dates() -> None:
    version, _editor = in_review()
    later = timezone.now() + timedelta(days=1)
    assert not version.schedule(later, None)
    assert version.approve(a_person("approver"))
    assert version.schedule(later, later + timedelta(days=1))
    assert version.publish_approved()
    assert version.schedule(None, later)
    assert version.retire_at == later


def test_what_is_due_is_published_and_retired_once() -> None:
    version = approved()
    assert publish_and_retire_due.call() == 0
    in_the_past(version, publish_at=True)
    assert publish_and_retire_due.call() == 1
    assert publish_and_retire_due.call() == 0
    assert state_of(version) == VersionState.PUBLISHED
    in_the_past(version, retire_at=True)
    assert publish_and_retire_due.call() == 1
    assert publish_and_retire_due.call() == 0
    assert state_of(version) == VersionState.RETIRED


def test_what_was_sent_back_is_not_published_on_its_old_date() -> None:
    version = approved()
    in_the_past(version, publish_at=True)
    assert version.send_back("Espera")
    assert publish_and_retire_due.call() == 0
    assert version.publish_at is None
    assert state_of(version) == VersionState.DRAFT


def test_what_is_due_but_was_retired_stays_retired() -> None:
    version = approved()
    assert version.publish_approved()
    in_the_past(version, publish_at=True, retire_at=True)
    ProcedureVersion.objects.get(pk=version.pk).retire()
    assert publish_and_retire_due.call() == 0
    assert state_of(version) == VersionState.RETIRED


def test_what_time_has_made_wrong_goes_back_with_the_reason() -> None:
    version = approved()
    last = str(timezone.localdate().year)
    RequiredDatum.objects.create(version=version, key="year", type="year", label_es="Año", minimum=last, maximum="-1")
    in_the_past(version, publish_at=True)
    assert publish_and_retire_due.call() == 0
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT
    assert "No se ha podido publicar en su fecha" in version.review_note
    assert "mínimo" in version.review_note


# --- Several at once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_publishing_at_once_is_won_once() -> None:
    version = approved()
    before = CatalogueStamp.current()
    copies = [ProcedureVersion.objects.get(pk=version.pk) for _number in range(4)]
    assert sorted(by_all([copy.publish_approved for copy in copies])) == [False, False, False, True]
    assert CatalogueStamp.current() == before + 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_publish_what_is_due_once() -> None:
    version = approved()
    in_the_past(version, publish_at=True)
    assert sum(by_all([publish_and_retire_due.call] * 3)) == 1
    assert state_of(version) == VersionState.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_and_send_back_at_once_do_not_both_win() -> None:
    version, _editor = in_review()
    one, two = (ProcedureVersion.objects.get(pk=version.pk) for _number in range(2))
    approver = a_person("approver")
    won = by_all([lambda: one.approve(approver), lambda: one.approve(approver), lambda: two.approve(approver)])
    assert won.count(True) == 1
