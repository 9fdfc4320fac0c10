"""Waiting a moment in the request for work that is nearly always quick."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses import waiting
from accesses.models import Access, Outcome, State
from accesses.waiting import MAX_WAITING_REQUESTS, wait_until_finished
from tests.factories import a_device, a_queued_access, a_version
from tests.pages import PageClient, main_of, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def access(client: PageClient, settings: Settings) -> Access:
    settings.WAIT_IN_REQUEST_SECONDS = 60
    return a_queued_access(a_device(client), a_version())


def meanwhile(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> list[float]:
    """Have something happen in each pause, instead of time; the pauses are noted."""
    pauses: list[float] = []
    left = list(happens)

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        left.pop(0)()

    monkeypatch.setattr("accesses.waiting.time.sleep", sleep)
    return pauses


def finish(access: Access) -> Callable[[], object]:
    values = {"state": State.DONE, "outcome": Outcome.DOCUMENT, "finished_at": timezone.now()}
    return lambda: Access.objects.filter(pk=access.pk).update(**values)


def test_quick_work_leads_straight_to_its_result(
    client: PageClient, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = meanwhile(monkeypatch, lambda: None, finish(access))
    page = client.get(f"/accesos/{access.pk}/espera/", follow=True)
    assert (step_of(page), main_of(page).get("data-result")) == ("result", "document")
    assert len(pauses) == 2


def test_work_that_goes_on_elsewhere_is_shown_at_once(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = meanwhile(monkeypatch, lambda: Access.objects.update(status_url="https://body.example/1", progress=40))
    assert wait_until_finished(access) == State.QUEUED
    assert (access.progress, len(pauses)) == (40, 1)
    assert wait_until_finished(access) == State.QUEUED
    assert len(pauses) == 1


def test_the_moment_is_over_in_time(access: Access, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    clock = iter([0.0, 30.0, 61.0])
    monkeypatch.setattr("accesses.waiting.time.monotonic", lambda: next(clock))
    pauses = meanwhile(monkeypatch, lambda: None)
    assert wait_until_finished(access) == State.QUEUED
    assert len(pauses) == 1


def test_only_so_many_requests_wait_and_the_others_see_the_page_at_once(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = meanwhile(monkeypatch)
    for _request in range(MAX_WAITING_REQUESTS):
        assert waiting._waiting.acquire(blocking=False)
    try:
        assert wait_until_finished(access) == State.QUEUED
    finally:
        waiting._waiting.release(MAX_WAITING_REQUESTS)
    assert not pauses


def test_a_crash_while_waiting_gives_the_place_back(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> None:
        raise RuntimeError

    for _time in range(MAX_WAITING_REQUESTS + 1):
        meanwhile(monkeypatch, crash)
        with pytest.raises(RuntimeError):
            wait_until_finished(access)
    assert waiting._waiting.acquire(blocking=False)
    waiting._waiting.release()
