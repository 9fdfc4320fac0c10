"""What is done in the background: taking up lost work, and forgetting in time what nobody needs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from accesses.models import Access, Outcome, State
from accesses.models.access import STALLED_AFTER
from accesses.tasks import (
    INPUTS_RETENTION_DAYS,
    RETENTION_DAYS,
    enqueue,
    erase_expired,
    measure_times,
    purge_accesses,
    reclaim_stalled,
)
from clave.models import Validation
from foundation.schedule import JOBS
from foundation.vault import place, seal
from procedures.tasks import reset_stale_health
from tests.documents.factories import a_document
from tests.factories import a_device, a_queued_access, a_user, a_validation, a_version, an_access
from tests.live_sandbox import LiveSandbox
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db

PERSONAL = ("inputs_cell", "identity_cell", "result_cell", "detail_cell")


def later(**time: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


def after(access: Access) -> Access:
    return Access.objects.get(pk=access.pk)


def in_state(state: State, **changes: Any) -> Access:
    """An access with something personal in every cell."""
    access = an_access(a_device(), a_version(f"dgt/{state}"), {"plate": "1234BBC"})
    cells = {name: seal("{}", place(Access, name, access.pk)) for name in PERSONAL}
    finished = timezone.now() if state in (State.DONE, State.FAILED) else None
    values = {"state": state, "finished_at": finished, **cells, **changes}
    Access.objects.filter(pk=access.pk).update(**values)
    return after(access)


def kept_cells(access: Access) -> set[str]:
    return {name for name in PERSONAL if getattr(after(access), name)}


# --- Running ---------------------------------------------------------------------------------------------------------


def test_a_task_holds_the_access_id_and_nothing_else() -> None:
    access = a_queued_access(a_device(), a_version(), {"plate": "1234BBC"})
    enqueue(access.pk)
    assert DBTaskResult.objects.get().args_kwargs == {"args": [str(access.pk)], "kwargs": {}}


def test_work_that_must_come_again_is_in_the_queue_for_then(live_sandbox: LiveSandbox) -> None:
    access = a_queued_access(a_device(), a_version())
    live_sandbox.fail("dgt", "rate-limited", seconds=40, times=1)
    enqueue(access.pk)
    assert run_tasks(rounds=1) == 1
    again = DBTaskResult.objects.ready().first() or DBTaskResult.objects.filter(status="READY").get()
    assert again.run_after is not None
    assert again.run_after >= timezone.now() + timedelta(seconds=30)
    run_tasks()
    assert after(access).outcome == Outcome.CONSULTATION


# --- Lost work -------------------------------------------------------------------------------------------------------


def test_work_whose_task_never_came_is_taken_up(live_sandbox: LiveSandbox) -> None:
    """Its worker died after it had put the access back in the queue and before it put the task there."""
    access = a_queued_access(a_device(), a_version())
    assert reclaim_stalled.call() == 0
    with later(seconds=STALLED_AFTER.total_seconds() + 1):
        assert reclaim_stalled.call() == 1
        run_tasks()
    assert after(access).state == State.DONE


def test_lost_work_is_put_in_the_queue_once_however_often_it_is_looked_for() -> None:
    a_queued_access(a_device(), a_version())
    with later(seconds=STALLED_AFTER.total_seconds() + 1):
        assert [reclaim_stalled.call() for _sweep in range(3)] == [1, 0, 0]
    assert DBTaskResult.objects.count() == 1


def test_what_is_over_is_never_taken_up() -> None:
    for state in State:
        if state not in (State.QUEUED, State.RUNNING):
            in_state(state, run_after=timezone.now(), lease_until=timezone.now())
    with later(hours=1):
        assert reclaim_stalled.call() == 0


# --- Forgetting ------------------------------------------------------------------------------------------------------


def test_an_access_left_before_identification_expires_and_forgets_its_inputs(settings: Settings) -> None:
    access = an_access(a_device(), a_version(), {"plate": "1234BBC"})
    erase_expired.call()
    assert after(access).state == State.STARTED
    with later(seconds=settings.ACCESS_LIFETIME.total_seconds() + 1):
        erase_expired.call()
    assert (after(access).state, after(access).inputs_cell) == (State.EXPIRED, b"")


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_what_is_under_way_never_expires(state: State) -> None:
    access = in_state(state)
    with later(days=RETENTION_DAYS + 1):
        erase_expired.call()
        purge_accesses.call()
    assert after(access).state == state
    assert kept_cells(access) == set(PERSONAL)


def test_a_result_is_deleted_a_quarter_of_an_hour_after_it_was_first_shown(settings: Settings) -> None:
    access = in_state(State.DONE, outcome=Outcome.CONSULTATION, identity_cell=b"")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        access.start_result_lifetime()
        clock.shift(settings.RESULT_LIFETIME - timedelta(seconds=1))
        erase_expired.call()
        assert kept_cells(access) == {"inputs_cell", "result_cell", "detail_cell"}
        clock.shift(1)
        erase_expired.call()
        assert kept_cells(access) == set()
    assert after(access).state == State.DONE


def test_a_result_that_nobody_came_for_is_deleted_after_a_day() -> None:
    access = in_state(State.DONE, outcome=Outcome.CONSULTATION, identity_cell=b"")
    with later(days=INPUTS_RETENTION_DAYS, seconds=-1):
        erase_expired.call()
        assert kept_cells(access)
    with later(days=INPUTS_RETENTION_DAYS, seconds=1):
        erase_expired.call()
        assert not kept_cells(access)
        assert after(access).result_has_expired


def test_a_failure_keeps_its_inputs_for_a_day_to_try_again() -> None:
    access = in_state(State.FAILED, outcome=Outcome.FAILED, identity_cell=b"")
    with later(hours=23):
        erase_expired.call()
        assert kept_cells(access) == {"inputs_cell", "result_cell", "detail_cell"}
    with later(days=INPUTS_RETENTION_DAYS, seconds=1):
        erase_expired.call()
        assert not kept_cells(access)


def test_the_sweep_changes_nothing_that_it_changed_before() -> None:
    for state in State:
        in_state(state)
    with later(days=INPUTS_RETENTION_DAYS, seconds=1):
        erase_expired.call()
        first = list(Access.objects.order_by("pk").values())
        erase_expired.call()
        assert list(Access.objects.order_by("pk").values()) == first


def test_records_of_long_ago_are_deleted_with_nothing_else() -> None:
    device = a_device()
    user = a_user(device)
    document = a_document(device, user)
    access = an_access(device, a_version(), user=user)
    Access.objects.filter(pk=access.pk).update(state=State.DONE, document=document)
    a_validation(device, user, purpose=access.purpose)
    with later(days=RETENTION_DAYS, seconds=-1):
        assert purge_accesses.call() == 0
    with later(days=RETENTION_DAYS, seconds=1):
        assert purge_accesses.call() == 1
    assert not Access.objects.exists()
    document.refresh_from_db()
    assert Validation.objects.exists()


def test_every_sweep_is_scheduled() -> None:
    for task in (reclaim_stalled, erase_expired, purge_accesses, reset_stale_health, measure_times):
        assert task.module_path in JOBS, task.name
