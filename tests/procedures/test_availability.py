"""Whether the bodies answer: counted from calls, told on lists and before identifying, forgotten in time."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses import running
from accesses.connectors.base import ConnectorReply, ConnectorRequest, Consultation, Problem
from accesses.models import Access, Outcome
from foundation.http.errors import ErrorReason, NoResponse, NotSent
from procedures import page_cache
from procedures.models import Availability, CatalogueStamp, ConnectorHealth, Entity, ProcedureVersion, Stamp
from procedures.models.health import CONSECUTIVE_CALLS, FORGOTTEN_AFTER
from procedures.published_catalogue import forget_published, published
from procedures.tasks import reset_stale_health
from tests.factories import a_device, a_queued_access, a_version, an_access, close
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, main_of, step_of, text_of
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db

WORDS = {Availability.SLOW: "esponde despacio hoy", Availability.DOWN: "o responde ahora"}
"""Each as a list and a note say it, whichever letter they begin with."""
NOTHING = Consultation({"title": "a", "issued_at": "", "sections": [], "notice": ""})
health = ConnectorHealth.objects


def state(slug: str = "dgt") -> str:
    return ConnectorHealth.objects.states().get(slug, Availability.OK)


def fail(times: int = CONSECUTIVE_CALLS, slug: str = "dgt") -> None:
    for _time in range(times):
        health.record_failure(slug)


def slow(times: int = CONSECUTIVE_CALLS) -> None:
    for _time in range(times):
        health.record_answer("dgt", slowly=True)


def later(**time: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


# --- What calls make of it -------------------------------------------------------------------------------------------


def test_as_many_failures_in_a_row_are_told_and_no_fewer() -> None:
    fail(CONSECUTIVE_CALLS - 1)
    assert state() == Availability.OK
    fail(1)
    assert state() == Availability.DOWN
    assert state("aeat") == Availability.OK


def test_an_answer_between_makes_no_row() -> None:
    for _time in range(CONSECUTIVE_CALLS):
        fail(CONSECUTIVE_CALLS - 1)
        health.record_answer("dgt", slowly=False)
    assert state() == Availability.OK


def test_failures_far_apart_make_no_row() -> None:
    fail(CONSECUTIVE_CALLS - 1)
    with later(seconds=FORGOTTEN_AFTER.total_seconds() + 1):
        fail(CONSECUTIVE_CALLS - 1)
        assert state() == Availability.OK


def test_slow_answers_in_a_row_are_told_until_one_comes_in_time() -> None:
    slow(CONSECUTIVE_CALLS - 1)
    assert state() == Availability.OK
    slow(1)
    assert state() == Availability.SLOW
    health.record_answer("dgt", slowly=False)
    assert state() == Availability.OK
    slow(1)
    assert state() == Availability.OK


def test_a_body_that_answers_slowly_is_there() -> None:
    fail()
    slow(1)
    assert state() == Availability.OK
    slow(CONSECUTIVE_CALLS)
    fail()
    assert state() == Availability.DOWN


def test_the_stamp_is_bumped_once_a_change(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    before = CatalogueStamp.current(Stamp.AVAILABILITY)
    fail(CONSECUTIVE_CALLS + 3)
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 1
    health.record_answer("dgt", slowly=False)
    health.record_answer("dgt", slowly=False)
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 2
    with django_assert_num_queries(1):
        health.record_answer("dgt", slowly=False)


@pytest.mark.django_db(transaction=True)
def test_parallel_failures_bump_the_stamp_once() -> None:
    CatalogueStamp.bump(Stamp.AVAILABILITY)
    before = CatalogueStamp.current(Stamp.AVAILABILITY)
    in_parallel(partial(health.record_failure, "dgt"), 6)
    assert (ConnectorHealth.objects.get().failures, state()) == (6, Availability.DOWN)
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 1


@pytest.mark.parametrize("trouble", [fail, slow])
def test_it_is_forgotten_when_nobody_has_met_it_for_a_while(trouble: Any) -> None:
    trouble()
    before = CatalogueStamp.current(Stamp.AVAILABILITY)
    assert reset_stale_health.call() == 0
    with later(seconds=FORGOTTEN_AFTER.total_seconds() + 1):
        assert reset_stale_health.call() == 1
        assert reset_stale_health.call() == 0
        trouble(CONSECUTIVE_CALLS - 1)
    assert state() == Availability.OK
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 1


# --- What running sees -----------------------------------------------------------------------------------------------


class Body:
    """A connector that answers always the same, after so long."""

    def __init__(self, reply: ConnectorReply | Exception, monkeypatch: pytest.MonkeyPatch, seconds: float = 0) -> None:
        self.reply = reply
        clock = iter(range(10_000))
        monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: next(clock) * seconds))
        monkeypatch.setattr(running, "connector", lambda: self)

    def run(self, request: ConnectorRequest) -> ConnectorReply:
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    def status(self, request: ConnectorRequest, status_url: str) -> ConnectorReply:
        return self.run(request)


@pytest.mark.parametrize(
    ("reply", "seconds", "told"),
    [
        (NotSent(ErrorReason.NOT_CONNECTED), 0, Availability.DOWN),
        (NoResponse(ErrorReason.TIMED_OUT), 0, Availability.DOWN),
        (Problem("", is_passing=True), 0, Availability.DOWN),
        (Problem("No", is_passing=False), 0, Availability.OK),
        (NOTHING, 5.9, Availability.OK),
        (NOTHING, 6.1, Availability.SLOW),
    ],
)
def test_each_call_is_counted(
    monkeypatch: pytest.MonkeyPatch, reply: ConnectorReply | Exception, seconds: float, told: Availability
) -> None:
    version, device = a_version(expected_seconds=2), a_device()
    Body(reply, monkeypatch, seconds)
    for _time in range(CONSECUTIVE_CALLS):
        running.run_once(a_queued_access(device, version).pk)
    assert state() == told


def test_a_result_never_hangs_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    access = a_queued_access(a_device(), a_version())
    Body(NOTHING, monkeypatch)

    def away(*_arguments: object, **_options: object) -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr(type(ConnectorHealth.objects), "record_answer", away)
    running.run_once(access.pk)
    assert Access.objects.get().outcome == Outcome.NOTHING


def test_a_body_that_is_away_is_told_and_one_that_comes_back_too(live_sandbox: LiveSandbox) -> None:
    version, device = a_version(), a_device()
    live_sandbox.fail("dgt", "error")
    for _time in range(CONSECUTIVE_CALLS):
        running.run_once(a_queued_access(device, version).pk)
    assert state() == Availability.DOWN
    live_sandbox.work()
    running.run_once(a_queued_access(device, version).pk)
    assert state() == Availability.OK


# --- Where it is told ------------------------------------------------------------------------------------------------

LISTS = ("/tramites/", "/tramites/dgt/", "/tramites/?q=puntos", "/")
NOTES = ("/tramites/dgt/", "/tramites/dgt/puntos/", "/tramites/dgt/puntos/empezar/")


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


@pytest.mark.parametrize(("trouble", "told"), [(slow, Availability.SLOW), (fail, Availability.DOWN)])
@pytest.mark.usefixtures("version")
def test_it_is_told_on_lists_and_before_identifying(client: PageClient, trouble: Any, told: Availability) -> None:
    for path in {*LISTS, *NOTES}:
        assert WORDS[told] not in text_of(client.get(path)), path
    trouble()
    for path in {*LISTS, *NOTES}:
        assert WORDS[told] in text_of(client.get(path)), path
    for path in LISTS:
        assert main_of(client.get(path)).find_class(told), path
    for path in NOTES:
        assert main_of(client.get(path)).find_class("note"), path


@pytest.mark.usefixtures("version")
def test_a_body_that_is_away_can_be_begun_at_all_the_same(client: PageClient) -> None:
    fail()
    assert "Empezar" in text_of(client.get("/tramites/dgt/puntos/"))
    sent = client.submit(client.get("/tramites/dgt/puntos/empezar/"), access=None, identification="clave_pin")
    assert sent.status_code == 302
    assert Access.objects.exists()


@pytest.mark.usefixtures("version")
def test_what_the_operator_has_closed_is_closed_whatever_calls_have_seen(client: PageClient) -> None:
    fail()
    close(Entity.objects.get())
    offer = published().by_code["dgt/puntos"]
    assert offer.availability == published().entities[0].availability == Availability.CLOSED
    for path in LISTS:
        shown = text_of(client.get(path))
        assert "Cerrado por ahora" in shown, path
        assert WORDS[Availability.DOWN] not in shown, path


def test_home_tells_it_of_what_was_used_lately(client: PageClient, version: ProcedureVersion) -> None:
    an_access(a_device(client), version)
    Access.objects.update(state="done")
    slow()
    (row,) = main_of(client.get("/")).xpath("//section[@aria-labelledby='recents']/div")
    assert WORDS[Availability.SLOW] in row.text_content()


@pytest.mark.usefixtures("version")
def test_pages_kept_whole_tell_it_as_soon_as_the_stamp_is_seen(
    client: PageClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "_pages", page_cache._Pages())
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    calls: list[tuple[Callable[[], None], bool]] = [
        (fail, True),
        (partial(health.record_answer, "dgt", slowly=False), False),
    ]
    for call, is_down in calls:
        call()
        for path in ("/tramites/", "/tramites/dgt/", "/tramites/dgt/puntos/"):
            told = WORDS[Availability.DOWN] in text_of(client.get(path))
            assert told == is_down, path
            assert client.get(path).content == client.get(path).content
    forget_published()


@pytest.mark.usefixtures("version")
def test_a_body_in_order_is_said_nothing_of(client: PageClient) -> None:
    health.record_answer("dgt", slowly=False)
    assert not ConnectorHealth.objects.exists()
    page = client.get("/tramites/dgt/puntos/")
    assert step_of(page) == "procedure"
    assert not main_of(page).find_class("note")
