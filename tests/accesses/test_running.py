"""Running an access: done once, retried, reclaimed, and ended with the right failure."""

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


def reloaded(access: Access) -> Access:
    return Access.objects.get(pk=access.pk)


def make_due(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(run_after=timezone.now())


def run_turns(access: Access, most: int = 12) -> Access:
    """Run turns until none follows."""
    for _turn in range(most):
        make_due(access)
        if run_once(access.pk) is None:
            break
    return reloaded(access)


@pytest.fixture
def queued(live_sandbox: LiveSandbox) -> Access:
    return a_queued_access(a_device(), a_version())


def test_a_consultation_is_stored_sealed_and_the_identity_erased(queued: Access) -> None:
    done = run_turns(queued)
    assert (done.state, done.outcome) == (State.DONE, Outcome.CONSULTATION)
    assert done.result["sections"]
    assert not done.identity_cell
    assert b"12345678" not in bytes(done.result_cell)


def test_a_document_goes_to_downloads_once(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))
    done = run_turns(access)
    assert done.outcome == Outcome.DOCUMENT
    assert done.document_id == Document.objects.get().pk
    assert Document.objects.get().name.endswith(".pdf")


def test_nothing_to_show_is_a_result(live_sandbox: LiveSandbox) -> None:
    number = live_sandbox.person(has_data=False)["document_number"]
    access = an_access(a_device(), a_version())
    access.queue(an_identity(number))
    assert run_turns(access).outcome == Outcome.NOTHING


def test_slow_work_shows_its_progress(live_sandbox: LiveSandbox) -> None:
    version = a_version("tgss/vida-laboral", kind="document")
    access = a_queued_access(a_device(), version)
    assert run_once(access.pk) is not None
    waiting = reloaded(access)
    assert waiting.state == State.QUEUED
    assert waiting.stage
    assert waiting.status_url


def test_finished_work_is_not_done_again(live_sandbox: LiveSandbox, queued: Access) -> None:
    run_turns(queued)
    enqueue(queued.pk)
    run_tasks()
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_leased_work_is_left_to_its_holder(live_sandbox: LiveSandbox, queued: Access) -> None:
    leased = Access.objects.lease(queued.pk)
    assert leased is not None
    assert Access.objects.lease(queued.pk) is None
    assert run_once(queued.pk) is None
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_no_body_is_called_for_an_erased_device(live_sandbox: LiveSandbox, queued: Access) -> None:
    queued.device.mark_erased()
    assert run_once(queued.pk) is None
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_an_access_with_the_id_of_anothers_document_gets_none(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))
    theirs = Document.objects.store(new_document(a_device(token="o" * 43)), access.pk)
    ended = run_turns(access)
    assert (ended.outcome, ended.failure, ended.document) == (Outcome.FAILED, Failure.NOT_STORED, None)
    assert list(Document.objects.all()) == [theirs]


def test_the_work_of_a_dead_worker_is_reclaimed(live_sandbox: LiveSandbox, queued: Access) -> None:
    Access.objects.lease(queued.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert reclaim_stalled.call() == 1
        run_tasks()
        assert reloaded(queued).state == State.DONE
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
    assert run_turns(access).failure == Failure.LEVEL
    assert live_sandbox.effects()["procedure_runs"] == {}


@pytest.mark.parametrize("fault", ["reset", "html", "bad-json", "oversize", "redirect", "error", "rate-limited"])
def test_a_single_broken_response_is_retried(
    live_sandbox: LiveSandbox, queued: Access, settings: Settings, fault: str
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    live_sandbox.fail("dgt", fault, times=1)
    assert run_turns(queued).outcome == Outcome.CONSULTATION
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_work_with_a_truncated_response_is_not_done_twice(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "truncated", times=1)
    assert run_turns(queued).outcome == Outcome.CONSULTATION
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_an_unknown_outcome_is_not_retried_without_deduplication(
    live_sandbox: LiveSandbox,
) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    live_sandbox.fail("dgt", "truncated")
    assert run_turns(access).failure == Failure.UNKNOWN
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_a_body_that_stays_unavailable_ends_the_access(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "error")
    ended = run_turns(queued)
    assert (ended.state, ended.failure, ended.attempts) == (State.FAILED, Failure.AWAY, MAX_ATTEMPTS)
    assert ended.inputs_cell


def test_a_refusal_is_explained_in_the_words_of_the_body(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version("dgt/informe-vehiculo", kind="document"))
    ended = run_turns(access)
    assert ended.failure == Failure.REFUSED
    assert ended.detail


def test_a_response_that_is_no_pdf_is_no_document(live_sandbox: LiveSandbox) -> None:
    live_sandbox.fail("sepe", "answer", status=200, headers={"Content-Type": "application/pdf"}, body_base64="PGh0bWw+")
    ended = run_turns(a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT)))
    assert ended.failure == Failure.NOT_A_DOCUMENT
    assert not Document.objects.exists()


def test_a_full_disk_loses_nothing(live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    access = a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT))

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage._save", full)
        assert run_once(access.pk) is not None
    assert run_turns(access).outcome == Outcome.DOCUMENT
    assert Document.objects.count() == 1


def test_at_most_two_accesses_call_one_entity_at_once(live_sandbox: LiveSandbox, queued: Access) -> None:
    assert ConnectorSlot.objects.acquire("dgt", uuid4())
    assert ConnectorSlot.objects.acquire("dgt", uuid4())
    assert run_once(queued.pk) is not None
    assert reloaded(queued).state == State.QUEUED
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_slots_of_dead_workers_become_available() -> None:
    holder = uuid4()
    assert ConnectorSlot.objects.acquire("dgt", holder)
    assert ConnectorSlot.objects.acquire("dgt", uuid4())
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert ConnectorSlot.objects.acquire("dgt", uuid4())


def test_work_fails_at_its_deadline(queued: Access, settings: Settings) -> None:
    Access.objects.filter(pk=queued.pk).update(queued_at=timezone.now() - settings.RUN_DEADLINE)
    assert run_turns(queued).failure == Failure.TOO_LONG


def test_a_consultation_is_deleted_after_it_was_shown(queued: Access, settings: Settings) -> None:
    run_turns(queued)
    reloaded(queued).start_result_lifetime()
    with time_machine.travel(timezone.now() + settings.RESULT_LIFETIME + timedelta(seconds=1)):
        erase_expired.call()
        gone = reloaded(queued)
        assert (gone.result_has_expired, gone.result_cell, gone.inputs_cell) == (True, b"", b"")


def test_an_abandoned_access_expires_and_loses_its_inputs(settings: Settings) -> None:
    access = an_access(a_device(), a_version(), {"plate": "1234BBC"})
    with time_machine.travel(timezone.now() + settings.ACCESS_LIFETIME + timedelta(seconds=1)):
        erase_expired.call()
        assert (reloaded(access).state, reloaded(access).inputs_cell) == (State.EXPIRED, b"")


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_workers_have_one_effect(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version())
    in_parallel(lambda: run_once(access.pk), 10)
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}
    assert reloaded(access).state == State.DONE


# --- A worker killed at any point ------------------------------------------------------------------------------------


class Killed(BaseException):
    """Kills a turn, as no code of ours catches it."""


def killed(*_: object, **__: object) -> Any:
    raise Killed


def die_at(monkeypatch: pytest.MonkeyPatch, place: str, access: Access) -> None:
    """Run a turn that dies at the place, and let its lease expire."""
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
    done = run_turns(access)
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
    assert run_turns(access).failure == failure
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": runs}


def test_a_document_stored_by_an_earlier_turn_is_the_result_without_another_call(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = a_version("sepe/certificado-situacion", **DOCUMENT, honours_idempotency_key=False)
    access = a_queued_access(a_device(), version)
    die_at(monkeypatch, BEFORE_THE_END, access)
    live_sandbox.fail("sepe", "error")
    assert run_turns(access).document_id == Document.objects.get().pk
    assert live_sandbox.effects()["procedure_runs"] == {"sepe/certificado-situacion": 1}


def test_work_that_keeps_killing_its_worker_fails(
    live_sandbox: LiveSandbox, queued: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(MAX_ATTEMPTS):
        die_at(monkeypatch, BEFORE_THE_ANSWER, queued)
    assert run_turns(queued).failure == Failure.AWAY


def test_a_document_that_could_not_be_stored_is_fetched_again_by_its_status(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body does not deduplicate, but polling its status has no second effect."""
    version = a_version("sepe/certificado-situacion", **DOCUMENT, honours_idempotency_key=False)
    access = a_queued_access(a_device(), version)
    respond(live_sandbox, 202, {"status_url": "certificado-situacion/status/1", "retry_after": 0}, times=1)
    assert run_once(access.pk) is not None
    with monkeypatch.context() as patch:
        patch.setattr("documents.files.save_sealed", failing(OSError(28, "No space left on device")))
        respond(live_sandbox, 200, PDF, "application/pdf", times=1)
        make_due(access)
        assert run_once(access.pk) is not None
    respond(live_sandbox, 200, PDF, "application/pdf")
    assert run_turns(access).outcome == Outcome.DOCUMENT


# --- Responses of the body -------------------------------------------------------------------------------------------


def respond(sandbox: LiveSandbox, status: int, body: Any, media_type: str = "application/json", **options: Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    encoded = base64.b64encode(content).decode()
    headers = {"Content-Type": media_type}
    sandbox.fail("*", "answer", status=status, headers=headers, body_base64=encoded, **options)


EMPTY_CONSULTATION = {"title": "Puntos", "issued_at": "2026-01-01T10:00:00+01:00", "sections": []}


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_a_server_error_that_may_follow_the_work_is_not_retried(live_sandbox: LiveSandbox, status: int) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    respond(live_sandbox, status, {"detail": "Error interno"}, "application/problem+json", times=1)
    ended = run_turns(access)
    assert (ended.failure, ended.attempts) == (Failure.UNKNOWN, 1)
    assert live_sandbox.effects()["procedure_runs"] == {}


@pytest.mark.parametrize("fault", ["error", "rate-limited"])
def test_a_body_that_answers_not_now_is_called_again(live_sandbox: LiveSandbox, fault: str) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    live_sandbox.fail("dgt", fault, times=2)
    assert run_turns(access).outcome == Outcome.CONSULTATION
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}


def test_a_body_is_never_called_before_its_retry_after(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "rate-limited", seconds=40)
    for _time in range(MAX_ATTEMPTS - 1):
        make_due(queued)
        pause = run_once(queued.pk)
        assert pause is not None
        assert 40 <= pause <= 48


def test_a_pause_never_outlasts_the_deadline(live_sandbox: LiveSandbox, queued: Access, settings: Settings) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        begun = timezone.now() - settings.RUN_DEADLINE + timedelta(seconds=20)
        Access.objects.filter(pk=queued.pk).update(queued_at=begun)
        respond(live_sandbox, 202, {"status_url": "puntos/status/1", "retry_after": 10**9})
        assert run_once(queued.pk) == 20


def test_polling_the_status_is_no_attempt(live_sandbox: LiveSandbox, queued: Access) -> None:
    respond(live_sandbox, 202, {"status_url": "puntos/status/1", "progress": 50, "stage": "Buscando", "retry_after": 0})
    assert run_turns(queued, most=MAX_ATTEMPTS + 3).state == State.QUEUED
    respond(live_sandbox, 200, EMPTY_CONSULTATION)
    assert run_turns(queued).outcome == Outcome.NOTHING


@pytest.mark.parametrize("honours", [True, False])
def test_work_that_the_body_forgets_ends_as_unknown_and_is_not_restarted(
    live_sandbox: LiveSandbox, honours: bool
) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=honours))
    respond(live_sandbox, 202, {"status_url": "puntos/status/gone", "retry_after": 0}, times=1)
    ended = run_turns(access)
    assert (ended.failure, ended.attempts) == (Failure.UNKNOWN, MAX_ATTEMPTS)
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_characters_that_cannot_be_stored_are_replaced(live_sandbox: LiveSandbox, queued: Access) -> None:
    hostile = "a\u0000b\ud800"
    respond(live_sandbox, 202, {"status_url": "puntos/status/1", "stage": hostile, "retry_after": 0}, times=1)
    assert run_once(queued.pk) is not None
    assert reloaded(queued).stage == "a b"
    rows = [{"label": hostile, "value": hostile}]
    sections = [{"heading": hostile, "rows": rows}]
    respond(live_sandbox, 200, {**EMPTY_CONSULTATION, "title": hostile, "sections": sections})
    assert run_turns(queued).result["sections"] == [{"heading": "a b", "rows": [{"label": "a b", "value": "a b"}]}]


def test_a_refusal_is_stored_without_its_invalid_characters(live_sandbox: LiveSandbox, queued: Access) -> None:
    respond(live_sandbox, 422, {"detail": "Falta\u0000 algo\udfff"}, "application/problem+json")
    assert run_turns(queued).detail == "Falta  algo"


# --- Work that cannot run --------------------------------------------------------------------------------------------


def swap_identity(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(identity_cell=access.inputs_cell)


def spoil_inputs(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(inputs_cell=b"unreadable")


def forget_identity(access: Access) -> None:
    Access.objects.filter(pk=access.pk).update(identity_cell=b"")


@pytest.mark.parametrize("spoil", [swap_identity, spoil_inputs, forget_identity])
def test_work_whose_data_cannot_be_read_fails_without_a_call(
    live_sandbox: LiveSandbox, queued: Access, spoil: Callable[[Access], None]
) -> None:
    spoil(queued)
    assert run_turns(queued).failure == Failure.LOST
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_a_turn_without_a_slot_is_no_attempt(live_sandbox: LiveSandbox, queued: Access) -> None:
    for _slot in range(2):
        ConnectorSlot.objects.acquire("dgt", uuid4())
    for _turn in range(MAX_ATTEMPTS + 2):
        make_due(queued)
        assert run_once(queued.pk) is not None
    waiting = reloaded(queued)
    assert (waiting.attempts, waiting.sent_at, waiting.state) == (0, None, State.QUEUED)


def test_a_turn_without_a_slot_remembers_the_earlier_call(live_sandbox: LiveSandbox, queued: Access) -> None:
    live_sandbox.fail("dgt", "reset", times=1)
    run_once(queued.pk)
    asked = reloaded(queued)
    for _slot in range(2):
        ConnectorSlot.objects.acquire("dgt", uuid4())
    make_due(queued)
    run_once(queued.pk)
    assert (reloaded(queued).sent_at, reloaded(queued).attempts) == (asked.sent_at, 1)


def test_work_runs_to_its_end_when_its_entity_closes_meanwhile(live_sandbox: LiveSandbox, queued: Access) -> None:
    close(queued.version.procedure.entity)
    assert run_turns(queued).outcome == Outcome.CONSULTATION


def test_an_unknown_outcome_stays_unknown_when_time_is_up(
    live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    access = a_queued_access(a_device(), a_version(honours_idempotency_key=False))
    die_at(monkeypatch, BEFORE_THE_ANSWER, access)
    Access.objects.filter(pk=access.pk).update(queued_at=timezone.now() - settings.RUN_DEADLINE)
    assert run_turns(access).failure == Failure.UNKNOWN


def test_a_full_quota_fails_at_once(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.DOCUMENTS_PER_DEVICE = 0
    ended = run_turns(a_queued_access(a_device(), a_version("sepe/certificado-situacion", **DOCUMENT)))
    assert (ended.failure, ended.attempts) == (Failure.QUOTA_EXCEEDED, 1)


def test_a_slot_is_held_as_long_as_a_call_may_last(settings: Settings) -> None:
    settings.CONNECTOR_TOTAL_SECONDS = 300
    for _slot in range(2):
        assert ConnectorSlot.objects.acquire("dgt", uuid4())
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        assert not ConnectorSlot.objects.acquire("dgt", uuid4())


def test_an_access_erased_while_it_runs_leaves_nothing(
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
