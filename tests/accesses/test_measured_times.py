"""Measured times: shown from enough accesses on, and reread only when another time is shown."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accesses.measured_times import SAMPLE_SIZE, measure
from accesses.models import Access, State
from accesses.tasks import measure_times
from procedures.models import CatalogueStamp, MeasuredTime, ProcedureVersion, Stamp
from procedures.models.measured_times import MIN_ACCESSES
from procedures.published_catalogue import forget_published, published
from tests.factories import a_device, a_version, an_access
from tests.pages import PageClient, text_of

pytestmark = pytest.mark.django_db


def done(version: ProcedureVersion, seconds: float, times: int = 1, state: State = State.DONE) -> None:
    device, now = a_device(), timezone.now()
    for _time in range(times):
        access = an_access(device, version)
        values = {"state": state, "queued_at": now - timedelta(seconds=seconds), "finished_at": now}
        Access.objects.filter(pk=access.pk).update(**values)


def test_too_few_accesses_measure_nothing(client: PageClient) -> None:
    version = a_version(duration_es="Diez días")
    done(version, 4, MIN_ACCESSES - 1)
    done(version, 4, 5, state=State.FAILED)
    assert measure_times.call() == 0
    assert not MeasuredTime.objects.exists()
    assert "Diez días" in text_of(client.get("/tramites/dgt/puntos/"))


def test_a_time_measured_from_enough_accesses_is_shown_everywhere(client: PageClient) -> None:
    version = a_version(duration_es="Diez días")
    done(version, 4, MIN_ACCESSES - 2)
    done(version, 40, 2)
    assert measure_times.call() == 1
    measured = MeasuredTime.objects.get()
    assert (measured.count, measured.p50_ms, measured.p90_ms) == (MIN_ACCESSES, 4000, 7600)
    for path in ("/tramites/dgt/puntos/", "/tramites/dgt/", "/tramites/?q=puntos"):
        shown = text_of(client.get(path))
        assert "Unos 4 segundos" in shown, path
        assert "Diez días" not in shown, path


def test_the_waiting_page_shows_the_median_and_the_time_of_nine_in_ten(client: PageClient) -> None:
    version = a_version()
    done(version, 4, MIN_ACCESSES)
    measure_times.call()
    waiting = an_access(a_device(client), version)
    Access.objects.filter(pk=waiting.pk).update(state=State.QUEUED, run_after=timezone.now())
    shown = text_of(client.get(f"/accesos/{waiting.pk}/espera/"))
    assert "Suele tardar: unos 4 segundos." in shown
    assert "en 4 segundos o menos" in shown


def test_only_the_latest_accesses_count() -> None:
    version = a_version()
    done(version, 40, MIN_ACCESSES)
    done(version, 4, SAMPLE_SIZE)
    assert (measured := measure(version)) is not None
    assert (measured.count, measured.p90_ms) == (SAMPLE_SIZE, 4000)


def test_availability_is_reread_only_when_another_time_is_shown() -> None:
    version = a_version()
    done(version, 4, MIN_ACCESSES)
    stamp = CatalogueStamp.current(Stamp.AVAILABILITY)
    assert measure_times.call() == 1
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == stamp + 1
    done(version, 4.3, MIN_ACCESSES * 2)
    assert measure_times.call() == 0
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == stamp + 1
    assert MeasuredTime.objects.get().p50_ms == 4300
    done(version, 20, MIN_ACCESSES * 8)
    assert measure_times.call() == 1
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == stamp + 2


def test_a_new_version_starts_with_the_duration_of_the_catalogue() -> None:
    version = a_version()
    done(version, 4, MIN_ACCESSES)
    measure_times.call()
    version.copy_to_draft().publish()
    assert published().by_code["dgt/puntos"].duration == "Al momento"


def test_showing_a_time_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    version = a_version()
    done(version, 4, MIN_ACCESSES)
    measure_times.call()
    forget_published()
    offer = published().by_code["dgt/puntos"]
    with django_assert_num_queries(0):
        assert offer.duration == "Unos 4 segundos"
        assert offer.nearly_always
