"""An access's work: once, in turn, taken up again, and ended honestly."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from documents.models import Document
from procedures.failures import Failure
from procedures.models import Access, ConnectorSlot, Outcome, State
from procedures.running import MOST_ATTEMPTS, take_turn
from procedures.tasks import enqueue, forget_what_is_over, take_up_lost_work
from tests.factories import a_device, a_queued_access, a_version, an_access, an_identity
from tests.live_sandbox import LiveSandbox
from tests.work import run_tasks

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
        if take_turn(access.pk) is None:
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
    assert take_turn(access.pk) is not None
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
    assert take_turn(queued.pk) is None
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_the_work_of_a_dead_worker_is_taken_up(live_sandbox: LiveSandbox, queued: Access) -> None:
    Access.objects.lease(queued.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert take_up_lost_work.call() == 1
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
    assert not late.about_to_send()


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
    assert (ended.state, ended.failure, ended.attempts) == (State.FAILED, Failure.AWAY, MOST_ATTEMPTS)
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
        assert take_turn(access.pk) is not None
    assert turns(access).outcome == Outcome.DOCUMENT
    assert Document.objects.count() == 1


def test_at_most_two_accesses_are_at_one_entity_at_once(live_sandbox: LiveSandbox, queued: Access) -> None:
    assert ConnectorSlot.objects.take("dgt", uuid4())
    assert ConnectorSlot.objects.take("dgt", uuid4())
    assert take_turn(queued.pk) is not None
    assert after(queued).state == State.QUEUED
    assert live_sandbox.effects()["procedure_runs"] == {}


def test_slots_of_the_dead_are_free_again() -> None:
    holder = uuid4()
    assert ConnectorSlot.objects.take("dgt", holder)
    assert ConnectorSlot.objects.take("dgt", uuid4())
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert ConnectorSlot.objects.take("dgt", uuid4())


def test_work_that_takes_too_long_is_given_up(queued: Access, settings: Settings) -> None:
    Access.objects.filter(pk=queued.pk).update(queued_at=timezone.now() - settings.RUN_DEADLINE)
    assert turns(queued).failure == Failure.TOO_LONG


def test_a_consultation_is_deleted_after_it_was_shown(queued: Access, settings: Settings) -> None:
    turns(queued)
    after(queued).was_shown()
    with time_machine.travel(timezone.now() + settings.RESULT_LIFETIME + timedelta(seconds=1)):
        forget_what_is_over.call()
        gone = after(queued)
        assert (gone.result_is_gone, gone.result_cell, gone.inputs_cell) == (True, b"", b"")


def test_an_access_that_was_left_expires_without_its_inputs(settings: Settings) -> None:
    access = an_access(a_device(), a_version(), {"plate": "1234BBC"})
    with time_machine.travel(timezone.now() + settings.ACCESS_LIFETIME + timedelta(seconds=1)):
        forget_what_is_over.call()
        assert (after(access).state, after(access).inputs_cell) == (State.EXPIRED, b"")


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_one_access_make_one_effect(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version())

    def run() -> None:
        take_turn(access.pk)
        connections.close_all()

    threads = [threading.Thread(target=run) for _worker in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert live_sandbox.effects()["procedure_runs"] == {"dgt/puntos": 1}
    assert after(access).state == State.DONE
