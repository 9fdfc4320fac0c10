"""How long procedures take: measured, said in words, and said anew only when the words change."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from pytest_django.fixtures import DjangoAssertNumQueries

from accesses.measured_times import SAMPLE_SIZE, measure
from accesses.models import Access, State
from accesses.tasks import measure_times
from procedures.durations import bucket, humanize_duration, humanize_p90
from procedures.models import CatalogueStamp, MeasuredTime, ProcedureVersion, Stamp
from procedures.models.measured_times import MIN_ACCESSES
from procedures.published_catalogue import forget_published, published
from tests.factories import a_device, a_version, an_access
from tests.pages import PageClient, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (1, "Al momento"),
        (1_999, "Al momento"),
        (2_000, "Unos 2 segundos"),
        (4_400, "Unos 4 segundos"),
        (10_400, "Unos 10 segundos"),
        (11_000, "Unos 15 segundos"),
        (30_000, "Unos 30 segundos"),
        (31_000, "Menos de un minuto"),
        (54_000, "Menos de un minuto"),
        (59_000, "Alrededor de 1 minuto"),
        (85_000, "Alrededor de 1 minuto"),
        (100_000, "Unos 2 minutos"),
        (900_000, "Unos 15 minutos"),
    ],
)
def test_a_time_is_said_as_a_person_would(milliseconds: int, words: str) -> None:
    with translation.override("es"):
        assert humanize_duration(milliseconds) == words


def test_times_that_are_said_alike_are_the_same() -> None:
    assert bucket(4_100) == bucket(4_400) != bucket(5_100)


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(1, "1 segundo o"), (1_001, "2 segundos o"), (60_001, "2 minutos o")]
)
def test_what_holds_nine_times_in_ten_is_rounded_up(milliseconds: int, words: str) -> None:
    with translation.override("es"):
        assert words in humanize_p90(milliseconds)


def done(version: ProcedureVersion, seconds: float, times: int = 1, state: State = State.DONE) -> None:
    device, now = a_device(), timezone.now()
    for _time in range(times):
        access = an_access(device, version)
        values = {"state": state, "queued_at": now - timedelta(seconds=seconds), "finished_at": now}
        Access.objects.filter(pk=access.pk).update(**values)


def test_too_few_accesses_say_nothing(client: PageClient) -> None:
    version = a_version(duration_es="Diez días")
    done(version, 4, MIN_ACCESSES - 1)
    done(version, 4, 5, state=State.FAILED)
    assert measure_times.call() == 0
    assert not MeasuredTime.objects.exists()
    assert "Diez días" in text_of(client.get("/tramites/dgt/puntos/"))


def test_enough_accesses_say_it_everywhere(client: PageClient) -> None:
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


def test_the_waiting_page_says_what_is_usual_and_what_is_nearly_always(client: PageClient) -> None:
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


def test_the_catalogue_is_read_again_only_when_other_words_are_said() -> None:
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


def test_a_new_version_begins_with_what_the_catalogue_says() -> None:
    version = a_version()
    done(version, 4, MIN_ACCESSES)
    measure_times.call()
    version.copy_to_draft().publish()
    assert published().by_code["dgt/puntos"].duration == "Al momento"


def test_a_time_costs_no_query_where_it_is_shown(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    version = a_version()
    done(version, 4, MIN_ACCESSES)
    measure_times.call()
    forget_published()
    offer = published().by_code["dgt/puntos"]
    with django_assert_num_queries(0):
        assert offer.duration == "Unos 4 segundos"
        assert offer.nearly_always
