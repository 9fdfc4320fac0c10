"""An access's work: once, in turn, taken up again, and ended honestly."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.failures import Failure
from accesses.models import Access, ConnectorSlot, Outcome, State
from accesses.running import MAX_ATTEMPTS, run_once
from accesses.tasks import enqueue, erase_expired, reclaim_stalled
from documents.models import Document
from tests.documents.factories import PDF, new_document
from tests.factories import a_device, a_queued_access, a_version, an_access, an_identity, close
from tests.failing import failing
from tests.live_sandbox import LiveSandbox
from tests.parallel import in_parallel
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db

DOCUMENT = {"kind": "document", "connector": "{sandbox}/bodies/sepe/certificado-situacion"}


def after(access: Access) -> Access:
    return Access.objects.get(pk=access.pk)


def make_due(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(run_after=timezone.now())


def turns(access: Access, most: int = 12) -> Access:
    """Work until nothing more is to be done."""
    for _turn in range(most):
        make_due(access)
        if run_once(access.pk) is None:
            break
    return after(access)


@pytest.fixture
def queued(live_sandbox: LiveSandbox) -> Access:
    return a_queued_access(a_device(), a_version())


def test_a_consultation_is_kept_sealed_and_the_identity_is_forgotten(queued: Access) -> None:
    done = turns(queued)
    assert (done.state, done.outcome) == (State.DONE, Outcome.CONSULTATION)
    assert done.result["sections"]
    assert not done.identity_cell
    assert b"12345678" not in bytes(done.result_cell)


def test_a_document_goes_to_downloads_once(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))
    done = turns(access)
    assert done.outcome == Outcome.DOCUMENT
    assert done.document_id == Document.objects.get().pk
    assert Document.objects.get().name.endswith(".pdf")


def test_nothing_to_show_is_a_result(live_sandbox: LiveSandbox) -> None:
    number = live_sandbox.person(has_data=False)["document_number"]
    access = an_access(a_device(), a_version())
    access.queue(an_identity(number))
    assert turns(access).outcome == Outcome.NOTHING


def test_slow_work_shows_how_far_it_is(live_sandbox: LiveSandbox) -> None:
    version = a_version("tgss/vida-laboral", kind="document")
    access = a_queued_access(a_device(), version)
    assert run_once(access.pk) is not None
    waiting = after(access)
    assert waiting.state == State.QUEUED
    assert waiting.stage
    assert waiting.status_url


def test_finished_work_is_not_done_again(live_sandbox: LiveSandbox, queued: Access) -> None:
    turns(queued)
    enqueue(queued.pk)
    run_tasks()
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_work_that_is_leased_is_nobody_elses(live_sandbox: LiveSandbox, queued: Access) -> None:
    leased = Access.objects.lease(queued.pk)
    assert leased is not None
    assert Access.objects.lease(queued.pk) is None
    assert run_once(queued.pk) is None
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_nobody_is_asked_anything_for_an_erased_device(live_sandbox: LiveSandbox, queued: Access) -> None:
    queued.device.mark_erased()
    assert run_once(queued.pk) is None
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_an_access_whose_id_is_anothers_document_gets_none(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))
    theirs = Document.objects.store(new_document(a_device(token="o" * 43)), access.pk)
    ended = turns(access)
    assert (ended.outcome, ended.failure, ended.document) == (Outcome.FAILED, Failure.NOT_STORED, None)
    assert list(Document.objects.all()) == [theirs]


def test_the_work_of_a_dead_worker_is_taken_up(live_sandbox: LiveSandbox, queued: Access) -> None:
    Access.objects.lease(queued.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert reclaim_stalled.call() == 1
        run_tasks()
        assert after(queued).state == State.DONE
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_a_worker_that_lost_its_lease_changes_nothing(queued: Access) -> None:
    late = Access.objects.lease(queued.pk)
    assert late is not None
    Access.objects.filter(pk=queued.pk).update(lease_until=timezone.now())
    Access.objects.lease(queued.pk)
    assert not late.finish(Outcome.NOTHING)
    assert not late.fail(Failure.AWAY)
    assert not late.mark_sending()


def test_a_lower_level_never_reaches_the_body(live_sandbox: LiveSandbox) -> None:
    access = an_access(a_device(), a_version(level="advanced"))
    access.queue(an_identity(level="basic"))
    assert turns(access).failure == Failure.LEVEL
    assert live_sandbox.effects()["procedure_runs"] == {}


@pytest.mark.parametrize("fault", ["reset", "html", "bad-json", "oversize", "redirect", "error", "rate-limited"])
def test_one_broken_answer_is_asked_for_again(
    live_sandbox: LiveSandbox, queued: Access, settings: Settings, fault: str
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    live_sandbox.fail("dgt", fault, times=1)
    assert turns(queued).outcome == Outcome.CONSULTATION
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_an_answer_that_was_cut_off_is_not_done_twice(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "truncated", times=1)
    assert turns(queued).outcome == Outcome.CONSULTATION
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_an_unknown_outcome_is_not_sent_again_to_a_body_that_does_not_deduplicate(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    live_sandbox.fail("dgt", "truncated")
    assert turns(access).failure == Failure.UNKNOWN
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_a_body_that_stays_away_ends_the_access(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "error")
    ended = turns(queued)
    assert (ended.state, ended.failure, ended.attempts) == (State.FAILED, Failure.AWAY, MAX_ATTEMPTS)
    assert ended.inputs_cell


def test_what_the_body_refuses_is_told_in_its_words(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version("dgt/informe-vehiculo", kind="document"))
    ended = turns(access)
    assert ended.failure == Failure.REFUSED
    assert ended.detail


def test_what_is_no_pdf_is_no_document(live_sandbox: LiveSandbox) -> None:
    live_sandbox.fail("sepe", "answer", status=200, headers={"Content-Type": "application/pdf"}, body_base64="PGh0bWw+")
    ended = turns(a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT)))
    assert ended.failure == Failure.NOT_A_DOCUMENT
    assert not Document.objects.exists()


def test_a_full_disk_loses_nothing(live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.files.storage.FileSystemStorage._save", full)
        assert run_once(access.pk) is not None
    assert turns(access).outcome == Outcome.DOCUMENT
    assert Document.objects.count() == 1


def test_at_most_two_accesses_are_at_one_entity_at_once(live_sandbox: LiveSandbox, queued: Access) -> None:
    assert ConnectorSlot.objects.acquire("dgt", uuid4())
    assert ConnectorSlot.objects.acquire("dgt", uuid4())
    assert run_once(queued.pk) is not None
    assert after(queued).state == State.QUEUED
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_slots_of_the_dead_are_free_again() -> None:
    holder = uuid4()
    assert ConnectorSlot.objects.acquire("dgt", holder)
    assert ConnectorSlot.objects.acquire("dgt", uuid4())
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert ConnectorSlot.objects.acquire("dgt", uuid4())


def test_work_that_takes_too_long_is_given_up(queued: Access, settings: Settings) -> None:
    Access.objects.filter(pk=queued.pk).update(queued_at=timezone.now() - settings.RUN_DEADLINE)
    assert turns(queued).failure == Failure.TOO_LONG


def test_a_consultation_is_deleted_after_it_was_shown(queued: Access, settings: Settings) -> None:
    turns(queued)
    after(queued).start_result_lifetime()
    with time_machine.travel(timezone.now() + settings.RESULT_LIFETIME + timedelta(seconds=1)):
        erase_expired.call()
        gone = after(queued)
        assert (gone.result_has_expired, gone.result_cell, gone.inputs_cell) == (True, b"", b"")


def test_an_access_that_was_left_expires_without_its_inputs(settings: Settings) -> None:
    access = an_access(a_device(), a_version(), {"plate": "1234BBC"})
    with time_machine.travel(timezone.now() + settings.ACCESS_LIFETIME + timedelta(seconds=1)):
        erase_expired.call()
        assert (after(access).state, after(access).inputs_cell) == (State.EXPIRED, b"")


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_one_access_make_one_effect(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version())
    in_parallel(lambda: run_once(access.pk), 10)
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}
    assert after(access).state == State.DONE


# --- A worker killed at any point ------------------------------------------------------------------------------------


class Killed(BaseException):
    """What a test kills a turn with: nothing of ours catches it."""


def killed(*_: object, **__: object) -> Any:
    raise Killed


def die_at(monkeypatch: pytest.MonkeyPatch, place: str, access: Access) -> None:
    """Run a turn whose process dies when it reaches the place, and let its lease run out."""
    with monkeypatch.context() as patch:
        patch.setattr(place, killed)
        with pytest.raises(Killed):
            run_once(access.pk)
    Access.objects.filter(pk=access.pk).update(lease_until=timezone.now())


BEFORE_SENDING = "accesses.models.access.Access.mark_sending"
BEFORE_THE_ANSWER = "accesses.connectors.http._read"
BEFORE_THE_END = "accesses.models.access.Access.finish"
PLACES = [BEFORE_SENDING, BEFORE_THE_ANSWER, BEFORE_THE_END]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("code", ["dgt/puntos", "sepe/certificado-situacion"])
def test_a_worker_killed_anywhere_loses_and_doubles_nothing(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, code: str, place: str
) -> None:
    access = a_queued_access(a_device(), a_version(code))
    die_at(monkeypatch, place, access)
    done = turns(access)
    assert done.state == State.DONE
    assert live_sandbox.effects()["procedure_runs"] == {code: 1}
    assert Document.objects.count() == (code != "dgt/puntos")


@pytest.mark.parametrize(
    ("place", "failure", "runs"),
    [(BEFORE_SENDING, "", 1), (BEFORE_THE_ANSWER, Failure.UNKNOWN, 1), (BEFORE_THE_END, Failure.UNKNOWN, 1)],
)
def test_a_body_that_does_not_deduplicate_is_never_asked_twice(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, place: str, failure: str, runs: int
) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    die_at(monkeypatch, place, access)
    assert turns(access).failure == failure
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": runs}


def test_a_document_that_is_kept_already_is_the_result_and_nobody_is_asked_again(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = a_version("sepe/certificado-situacion", **DOCUMENT, honours_idempotency_key=False)
    access = a_queued_access(a_device(), version)
    die_at(monkeypatch, BEFORE_THE_END, access)
    live_sandbox.fail("sepe", "error")
    assert turns(access).document_id == Document.objects.get().pk
    assert live_sandbox.effects()["procedure_runs"] == {"sepe/certificado-situacion": 1}


def test_work_that_kills_its_worker_again_and_again_is_given_up(
    live_sandbox: LiveSandbox, queued: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(MAX_ATTEMPTS):
        die_at(monkeypatch, BEFORE_THE_ANSWER, queued)
    assert turns(queued).failure == Failure.AWAY


def test_a_document_whose_keeping_fails_comes_by_its_status_again(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body does not deduplicate runs, but asking how far it is does nothing twice."""
    version = a_version("sepe/certificado-situacion", **DOCUMENT, honours_idempotency_key=False)
    access = a_queued_access(a_device(), version)
    says(live_sandbox, 202, {"status_url": "certificado-situacion/status/1", "retry_after": 0}, times=1)
    assert run_once(access.pk) is not None
    with monkeypatch.context() as broken:
        broken.setattr("documents.files.save_sealed", failing(OSError(28, "No space left on device")))
        says(live_sandbox, 200, PDF, "application/pdf", times=1)
        make_due(access)
        assert run_once(access.pk) is not None
    says(live_sandbox, 200, PDF, "application/pdf")
    assert turns(access).outcome == Outcome.DOCUMENT


# --- What a body may answer ------------------------------------------------------------------------------------------


def says(sandbox: LiveSandbox, status: int, body: Any, media_type: str = "application/json", **options: Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    encoded = base64.b64encode(content).decode()
    headers = {"Content-Type": media_type}
    sandbox.fail("*", "answer", status=status, headers=headers, body_base64=encoded, **options)


FINE = {"title": "Puntos", "issued_at": "2026-01-01T10:00:00+01:00", "sections": []}


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_a_failure_that_may_have_come_after_the_work_is_not_sent_again(live_sandbox: LiveSandbox, status: int) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    says(live_sandbox, status, {"detail": "Error interno"}, "application/problem+json", times=1)
    ended = turns(access)
    assert (ended.failure, ended.attempts) == (Failure.UNKNOWN, 1)
    assert live_sandbox.effects()["procedure_runs"] == {}


@pytest.mark.parametrize("fault", ["error", "rate-limited"])
def test_a_body_that_says_not_now_is_asked_again_whatever_it_is(live_sandbox: LiveSandbox, fault: str) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    live_sandbox.fail("dgt", fault, times=2)
    assert turns(access).outcome == Outcome.CONSULTATION
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_a_body_is_never_asked_before_the_time_that_it_tells(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "rate-limited", seconds=40)
    for _time in range(MAX_ATTEMPTS - 1):
        make_due(queued)
        pause = run_once(queued.pk)
        assert pause is not None
        assert 40 <= pause <= 48


def test_a_wait_never_outlasts_the_deadline(live_sandbox: LiveSandbox, queued: Access, settings: Settings) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        begun = timezone.now() - settings.RUN_DEADLINE + timedelta(seconds=20)
        Access.objects.filter(pk=queued.pk).update(queued_at=begun)
        says(live_sandbox, 202, {"status_url": "puntos/status/1", "retry_after": 10**9})
        assert run_once(queued.pk) == 20


def test_asking_how_far_it_is_counts_as_no_attempt(live_sandbox: LiveSandbox, queued: Access) -> None:
    says(live_sandbox, 202, {"status_url": "puntos/status/1", "progress": 50, "stage": "Buscando", "retry_after": 0})
    assert turns(queued, most=MAX_ATTEMPTS + 3).state == State.QUEUED
    says(live_sandbox, 200, FINE)
    assert turns(queued).outcome == Outcome.NOTHING


@pytest.mark.parametrize("honours", [True, False])
def test_work_that_the_body_forgets_ends_as_unknown_and_is_not_begun_anew(
    live_sandbox: LiveSandbox, honours: bool
) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=honours))
    says(live_sandbox, 202, {"status_url": "puntos/status/gone", "retry_after": 0}, times=1)
    ended = turns(access)
    assert (ended.failure, ended.attempts) == (Failure.UNKNOWN, MAX_ATTEMPTS)
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_what_cannot_be_stored_of_an_answer_is_replaced(live_sandbox: LiveSandbox, queued: Access) -> None:
    hostile = "a\u0000b\ud800"
    says(live_sandbox, 202, {"status_url": "puntos/status/1", "stage": hostile, "retry_after": 0}, times=1)
    assert run_once(queued.pk) is not None
    assert after(queued).stage == "a b"
    rows = [{"label": hostile, "value": hostile}]
    says(live_sandbox, 200, {**FINE, "title": hostile, "sections": [{"heading": hostile, "rows": rows}]})
    assert turns(queued).result["sections"] == [{"heading": "a b", "rows": [{"label": "a b", "value": "a b"}]}]


def test_a_refusal_that_cannot_be_stored_is_told_as_far_as_it_can(live_sandbox: LiveSandbox, queued: Access) -> None:
    says(live_sandbox, 422, {"detail": "Falta\u0000 algo\udfff"}, "application/problem+json")
    assert turns(queued).detail == "Falta  algo"


# --- What cannot be worked on ----------------------------------------------------------------------------------------


def spoil_identity(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(identity_cell=access.inputs_cell)


def spoil_inputs(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(inputs_cell=b"unreadable")


def forget_identity(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(identity_cell=b"")


@pytest.mark.parametrize("spoil", [spoil_identity, spoil_inputs, forget_identity])
def test_work_whose_data_cannot_be_read_ends_and_asks_nobody(
    live_sandbox: LiveSandbox, queued: Access, spoil: Callable[[Access], None]
) -> None:
    spoil(queued)
    assert turns(queued).failure == Failure.LOST
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_a_turn_that_finds_no_place_at_the_entity_is_no_attempt(live_sandbox: LiveSandbox, queued: Access) -> None:
    for _slot in range(2):
        ConnectorSlot.objects.acquire("dgt", uuid4())
    for _turn in range(MAX_ATTEMPTS + 2):
        make_due(queued)
        assert run_once(queued.pk) is not None
    waiting = after(queued)
    assert (waiting.attempts, waiting.sent_at, waiting.state) == (0, None, State.QUEUED)


def test_no_place_keeps_in_mind_that_the_body_was_asked(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "reset", times=1)
    run_once(queued.pk)
    asked = after(queued)
    for _slot in range(2):
        ConnectorSlot.objects.acquire("dgt", uuid4())
    make_due(queued)
    run_once(queued.pk)
    assert (after(queued).sent_at, after(queued).attempts) == (asked.sent_at, 1)


def test_what_was_begun_runs_to_its_end_when_its_entity_closes_meanwhile(
    live_sandbox: LiveSandbox, queued: Access
) -> None:
    close(queued.version.procedure.entity)
    assert turns(queued).outcome == Outcome.CONSULTATION


def test_an_unknown_outcome_stays_unknown_when_time_is_up(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    die_at(monkeypatch, BEFORE_THE_ANSWER, access)
    Access.objects.filter(pk=access.pk).update(queued_at=timezone.now() - settings.RUN_DEADLINE)
    assert turns(access).failure == Failure.UNKNOWN


def test_a_full_shelf_is_told_at_once(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.DOCUMENTS_PER_DEVICE = 0
    ended = turns(a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT)))
    assert (ended.failure, ended.attempts) == (Failure.QUOTA_EXCEEDED, 1)


def test_a_slot_is_held_as_long_as_a_call_may_last(settings: Settings) -> None:
    settings.CONNECTOR_TOTAL_SECONDS = 300
    for _slot in range(2):
        assert ConnectorSlot.objects.acquire("dgt", uuid4())
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        assert not ConnectorSlot.objects.acquire("dgt", uuid4())


def test_an_access_that_is_erased_while_it_runs_leaves_nothing(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))
    real = Access.mark_sending

    def erased(self: Access, total_seconds: float | None = None) -> bool:
        sent = real(self, total_seconds)
        Access.objects.filter(pk=self.pk).delete()
        return sent

    monkeypatch.setattr(Access, "mark_sending", erased)
    assert run_once(access.pk) is None
    assert not Access.objects.exists()
