"""The health of the bodies: counted from calls, shown on lists and before identifying, reset in time."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses.models import Access
from procedures import page_cache
from procedures.models import Availability, CatalogueStamp, ConnectorHealth, Entity, ProcedureVersion, Stamp
from procedures.models.health import CONSECUTIVE_CALLS, FORGOTTEN_AFTER
from procedures.published_catalogue import forget_published, published
from procedures.tasks import reset_stale_health
from tests.factories import a_device, a_version, an_access, close
from tests.pages import PageClient, main_of, step_of, text_of
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db

WORDS = {Availability.SLOW: "esponde despacio hoy", Availability.DOWN: "o responde ahora"}
"""As in lists and notes, which differ in the first letter."""
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


# --- Counting calls --------------------------------------------------------------------------------------------------


def test_a_body_is_down_after_consecutive_failures_and_no_fewer() -> None:
    fail(CONSECUTIVE_CALLS - 1)
    assert state() == Availability.OK
    fail(1)
    assert state() == Availability.DOWN
    assert state("aeat") == Availability.OK


def test_a_response_in_between_resets_the_count() -> None:
    for _time in range(CONSECUTIVE_CALLS):
        fail(CONSECUTIVE_CALLS - 1)
        health.record_answer("dgt", slowly=False)
    assert state() == Availability.OK


def test_failures_far_apart_are_not_consecutive() -> None:
    fail(CONSECUTIVE_CALLS - 1)
    with later(seconds=FORGOTTEN_AFTER.total_seconds() + 1):
        fail(CONSECUTIVE_CALLS - 1)
        assert state() == Availability.OK


def test_a_body_is_slow_after_consecutive_slow_responses_until_one_in_time() -> None:
    slow(CONSECUTIVE_CALLS - 1)
    assert state() == Availability.OK
    slow(1)
    assert state() == Availability.SLOW
    health.record_answer("dgt", slowly=False)
    assert state() == Availability.OK
    slow(1)
    assert state() == Availability.OK


def test_a_slow_response_ends_a_series_of_failures() -> None:
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
def test_trouble_is_reset_when_nobody_has_met_it_for_a_while(trouble: Any) -> None:
    trouble()
    before = CatalogueStamp.current(Stamp.AVAILABILITY)
    assert reset_stale_health.call() == 0
    with later(seconds=FORGOTTEN_AFTER.total_seconds() + 1):
        assert reset_stale_health.call() == 1
        assert reset_stale_health.call() == 0
        trouble(CONSECUTIVE_CALLS - 1)
    assert state() == Availability.OK
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 1


# --- Where it is shown -----------------------------------------------------------------------------------------------

LISTS = ("/tramites/", "/tramites/dgt/", "/tramites/?q=puntos", "/")
NOTES = ("/tramites/dgt/", "/tramites/dgt/puntos/", "/tramites/dgt/puntos/empezar/")


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


@pytest.mark.parametrize(("trouble", "told"), [(slow, Availability.SLOW), (fail, Availability.DOWN)])
@pytest.mark.usefixtures("version")
def test_health_is_shown_on_lists_and_before_identifying(client: PageClient, trouble: Any, told: Availability) -> None:
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
def test_a_procedure_can_be_started_while_its_body_is_down(client: PageClient) -> None:
    fail()
    assert "Empezar" in text_of(client.get("/tramites/dgt/puntos/"))
    sent = client.submit(client.get("/tramites/dgt/puntos/empezar/"), access=None, identification="clave_pin")
    assert sent.status_code == 302
    assert Access.objects.exists()


@pytest.mark.usefixtures("version")
def test_the_operators_closure_takes_precedence_over_health(client: PageClient) -> None:
    fail()
    close(Entity.objects.get())
    offer = published().by_code["dgt/puntos"]
    assert offer.availability == published().entities[0].availability == Availability.CLOSED
    for path in LISTS:
        shown = text_of(client.get(path))
        assert "Cerrado por ahora" in shown, path
        assert WORDS[Availability.DOWN] not in shown, path


def test_home_shows_the_health_of_recents(client: PageClient, version: ProcedureVersion) -> None:
    an_access(a_device(client), version)
    Access.objects.update(state="done")
    slow()
    (row,) = main_of(client.get("/")).xpath("//section[@aria-labelledby='recents']/ul/li")
    assert WORDS[Availability.SLOW] in row.text_content()


@pytest.mark.usefixtures("version")
def test_cached_pages_show_health_as_soon_as_the_stamp_changes(
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
def test_a_healthy_body_is_not_mentioned(client: PageClient) -> None:
    health.record_answer("dgt", slowly=False)
    assert not ConnectorHealth.objects.exists()
    page = client.get("/tramites/dgt/puntos/")
    assert step_of(page) == "procedure"
    assert not main_of(page).find_class("note")
