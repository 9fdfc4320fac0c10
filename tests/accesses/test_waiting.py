"""Waiting a moment in the request for work that is usually quick."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses import waiting
from accesses.models import Access, Outcome, State
from accesses.waiting import MAX_WAITING_REQUESTS, wait_until_finished
from tests.factories import a_device, a_queued_access, a_version
from tests.pages import PageClient, main_of, step_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def access(client: PageClient, settings: Settings) -> Access:
    settings.WAIT_IN_REQUEST_SECONDS = 60
    return a_queued_access(a_device(client), a_version())


def meanwhile(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> list[float]:
    """Do these things in the pauses instead of waiting; return the pauses."""
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


def test_work_that_the_body_continues_is_shown_at_once(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = meanwhile(monkeypatch, lambda: Access.objects.update(status_url="https://body.example/1", progress=40))
    assert wait_until_finished(access) == State.QUEUED
    assert (access.progress, len(pauses)) == (40, 1)
    assert wait_until_finished(access) == State.QUEUED
    assert len(pauses) == 1


def test_waiting_ends_in_time(access: Access, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    clock = iter([0.0, 30.0, 61.0])
    monkeypatch.setattr("accesses.waiting.time.monotonic", lambda: next(clock))
    pauses = meanwhile(monkeypatch, lambda: None)
    assert wait_until_finished(access) == State.QUEUED
    assert len(pauses) == 1


def test_few_requests_wait_and_the_others_see_the_page_at_once(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = meanwhile(monkeypatch)
    for _request in range(MAX_WAITING_REQUESTS):
        assert waiting._waiting.acquire(blocking=False)
    try:
        assert wait_until_finished(access) == State.QUEUED
    finally:
        waiting._waiting.release(MAX_WAITING_REQUESTS)
    assert not pauses


def test_a_crash_while_waiting_releases_the_place(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> None:
        raise RuntimeError

    for _time in range(MAX_WAITING_REQUESTS + 1):
        meanwhile(monkeypatch, crash)
        with pytest.raises(RuntimeError):
            wait_until_finished(access)
    assert waiting._waiting.acquire(blocking=False)
    waiting._waiting.release()


# --- What the page says -----------------------------------------------------------------------------------------------


def _waiting(client: PageClient, seconds: int, **values: object) -> Access:
    access = a_queued_access(a_device(client), a_version())
    started = timezone.now() - timedelta(seconds=seconds)
    Access.objects.filter(pk=access.pk).update(queued_at=started, status_url="https://body.example/1", **values)
    return access


@pytest.mark.parametrize(("seconds", "said"), [(1, "Lleva 1 segundo."), (12, "Lleva 12 segundos."), (125, "2 min 5 s")])
def test_the_page_says_how_long_it_has_taken(client: PageClient, seconds: int, said: str) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        access = _waiting(client, seconds)
        assert said in text_of(client.get(f"/accesos/{access.pk}/espera/"))


@pytest.mark.parametrize(("seconds", "is_long"), [(9, False), (14, False), (16, True), (300, True)])
def test_a_wait_longer_than_usual_is_called_so(client: PageClient, seconds: int, is_long: bool) -> None:
    """This version is expected to take five seconds."""
    with time_machine.travel(timezone.now(), tick=False):
        access = _waiting(client, seconds)
        assert ("más de lo habitual" in text_of(client.get(f"/accesos/{access.pk}/espera/"))) == is_long


def test_the_page_lists_the_bodys_stages_and_marks_the_current_one(client: PageClient) -> None:
    stages = ["Solicitud recibida", "Reuniendo los datos"]
    access = _waiting(client, 5, stage="Firmando", stages_done=stages, progress=70)
    main = main_of(client.get(f"/accesos/{access.pk}/espera/"))
    assert [li.text_content() for li in main.xpath("//li[@class='over']")] == ["Identidad comprobada", *stages]
    assert [li.text_content() for li in main.xpath("//li[@aria-current='step']")] == ["Firmando"]
    assert main.xpath("//progress/@value") == ["70"]


def test_stages_are_kept_once_each_and_the_latest_few() -> None:
    access = Access(stage="b", stages_done=["a", "b"])
    assert access.stages_done_before("b") == ["a"]
    assert access.stages_done_before("c") == ["a", "b"]
    access.stages_done = [str(number) for number in range(20)]
    assert access.stages_done_before("c") == [*(str(number) for number in range(13, 20)), "b"]
