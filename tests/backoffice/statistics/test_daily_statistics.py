"""Every access counts once, on its day in Madrid, and goes on counting after it is deleted."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import Sum
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accesses.failures import Failure
from accesses.models import Access, Outcome, State
from backoffice.models import (
    CountedDay,
    DailyAccesses,
    DailyAccessesOfProcedure,
    DailyTimes,
    Reached,
    StoredDocuments,
)
from backoffice.statistics import daily_statistics
from backoffice.statistics.figures import Ending, Figures, Scope, read_figures
from backoffice.statistics.histograms import bucket, middle, quantile
from clave.models import Method
from clave.models import State as ValidationState
from tests.backoffice.access_factory import People, moment
from tests.documents.factories import a_document
from tests.factories import a_device, a_user, a_version

pytestmark = pytest.mark.django_db

DAY = "2026-11-20"
NOON = moment(DAY)


@pytest.fixture
def people() -> People:
    device = a_device()
    return People(device, a_user(device))


def figures_of(day: str = DAY, **scope: str) -> Figures:
    one = date.fromisoformat(day)
    return read_figures(Scope(one, one, **scope))


@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_accesses_are_counted_by_day_body_procedure_method_and_outcome(people: People) -> None:
    points, fines, life = a_version("dgt/puntos"), a_version("dgt/multas"), a_version("tgss/vida-laboral")
    people.finish(points, NOON)
    people.finish(points, NOON, method=Method.SMS, outcome=Outcome.NOTHING)
    people.finish(life, NOON, method=Method.SMS, outcome=Outcome.DOCUMENT)
    people.finish(fines, NOON, failure=Failure.AWAY)
    people.begin(fines, NOON, State.DISCARDED)
    people.begin(fines, NOON)
    assert daily_statistics.aggregate_daily_statistics() == 10
    found = figures_of()
    assert found.endings == {
        Ending.CONSULTATION: 1, Ending.NOTHING: 1, Ending.DOCUMENT: 1,
        Ending.FAILED: 1, Ending.LEFT: 1, Ending.UNDER_WAY: 1,
    }  # fmt: skip
    assert {slug: counts.total() for slug, counts in found.by_entity.items()} == {"dgt": 5, "tgss": 1}
    assert found.by_procedure["dgt", "multas"] == {Ending.FAILED: 1, Ending.LEFT: 1, Ending.UNDER_WAY: 1}
    assert {method: counts.total() for method, counts in found.by_method.items()} == {"pin_app": 2, "sms": 2, "": 2}
    assert found.failures == {Failure.AWAY: 1}
    assert (found.sends, found.with_sms) == (2, 2)
    assert figures_of(entity="tgss").total == 1
    assert figures_of(entity="dgt", procedure="puntos").endings == {Ending.CONSULTATION: 1, Ending.NOTHING: 1}
    assert figures_of("2026-11-19").total == 0


@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_the_last_step_of_each_access_is_counted(people: People) -> None:
    version = a_version()
    people.begin(version, NOON)
    people.begin(version, NOON, user=people.user)
    people.check(people.begin(version, NOON), None, ValidationState.OPEN)
    people.check(people.begin(version, NOON), Method.SMS, ValidationState.OPEN)
    people.check(people.begin(version, NOON), Method.SMS, ValidationState.OPEN, phone_ending="89", sends_left=2)
    people.check(people.begin(version, NOON), Method.PIN_APP, ValidationState.FAILED, tries_left=0)
    people.finish(version, NOON, failure=Failure.REFUSED)
    people.finish(version, NOON)
    daily_statistics.aggregate_daily_statistics()
    assert figures_of().reached == {
        Reached.STARTED: 1, Reached.USER: 2, Reached.METHOD: 1, Reached.PIN: 2, Reached.VERIFIED: 1, Reached.RESULT: 1,
    }  # fmt: skip


@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_several_validations_of_one_access_are_one_person(people: People) -> None:
    access = people.begin(a_version(), NOON)
    people.check(access, Method.SMS, ValidationState.EXPIRED, phone_ending="89", sends_left=1, seconds=5)
    people.check(access, Method.PIN_APP, ValidationState.OPEN, tries_left=3, seconds=900)
    daily_statistics.aggregate_daily_statistics()
    found = figures_of()
    assert (found.total, found.sends) == (1, 2)
    assert found.reached == {Reached.PIN: 1}
    assert list(found.by_method) == ["pin_app"]
    assert DailyAccesses.objects.get().tries == 2


@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_counting_again_counts_nothing_twice(people: People) -> None:
    version = a_version()
    access = people.begin(version, NOON)
    for _again in range(3):
        daily_statistics.aggregate_day(NOON.date())
    assert DailyAccesses.objects.aggregate(Sum("count"))["count__sum"] == 1
    Access.objects.filter(pk=access.pk).update(state=State.DISCARDED)
    with time_machine.travel(moment(DAY, "20:10"), tick=False):
        daily_statistics.aggregate_daily_statistics()
    for model in (DailyAccesses, DailyAccessesOfProcedure):
        assert [(row.state, row.count) for row in model._default_manager.all()] == [("discarded", 1)]


@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_who_read_earlier_does_not_write_over_who_read_later(people: People) -> None:
    people.begin(a_version(), NOON)
    CountedDay.objects.create(day=NOON.date(), counted_at=timezone.now() + timedelta(seconds=1))
    assert not daily_statistics.aggregate_day(NOON.date())
    assert not DailyAccesses.objects.exists()


def test_a_day_is_that_of_madrid_in_winter_and_in_summer(people: People) -> None:
    version = a_version()
    people.begin(version, moment("2026-10-24", "23:59"))
    people.begin(version, moment("2026-10-25", "00:00"))  # a day of 25 hours
    people.begin(version, moment("2026-10-25", "23:59"))
    people.begin(version, moment("2026-10-26", "00:00"))
    with time_machine.travel(moment("2026-10-26", "12:00"), tick=False):
        daily_statistics.aggregate_daily_statistics()
        counts = {f"{day:%d}": counts.total() for day, counts in read_figures(
            Scope(date(2026, 10, 20), date(2026, 10, 30))
        ).by_day.items()}  # fmt: skip
    assert counts == {"24": 1, "25": 2, "26": 1}


def test_a_final_day_is_not_counted_again_when_its_accesses_are_deleted(people: People) -> None:
    people.begin(a_version(), NOON)
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        daily_statistics.aggregate_daily_statistics()
    Access.objects.all().delete()
    with time_machine.travel(NOON + timedelta(days=3, minutes=10), tick=False):
        daily_statistics.aggregate_daily_statistics(limit=100)
    with time_machine.travel(NOON + timedelta(days=20), tick=False):
        daily_statistics.aggregate_daily_statistics(limit=100)
    assert figures_of().total == 1


def test_an_access_that_expires_on_the_next_day_is_counted_as_left(people: People) -> None:
    access = people.begin(a_version(), moment(DAY, "23:50"))
    with time_machine.travel(moment(DAY, "23:55"), tick=False):
        daily_statistics.aggregate_daily_statistics()
    assert figures_of().endings == {Ending.UNDER_WAY: 1}
    Access.objects.filter(pk=access.pk).update(state=State.EXPIRED)
    with time_machine.travel(moment("2026-11-22", "00:10"), tick=False):
        daily_statistics.aggregate_daily_statistics(limit=3)
    assert figures_of().endings == {Ending.LEFT: 1}


def test_days_that_were_missed_are_made_up_for(people: People) -> None:
    people.begin(a_version(), NOON)
    with time_machine.travel(NOON + timedelta(days=12), tick=False):
        daily_statistics.aggregate_daily_statistics()
        assert figures_of().total == 0
        daily_statistics.aggregate_daily_statistics()
    assert figures_of().total == 1


@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_durations_are_aggregated_by_step_and_by_body(people: People) -> None:
    fast, slow = a_version("dgt/puntos"), a_version("tgss/vida-laboral")
    for seconds in (1, 1, 1, 1, 40):
        people.finish(fast, NOON, body=seconds)
    people.finish(slow, NOON, body=100, identification=300)
    people.finish(slow, NOON, failure=Failure.AWAY, body=900)
    daily_statistics.aggregate_daily_statistics()
    found = figures_of()
    p50, p95 = (quantile(found.entity_times["dgt"], share) for share in (0.5, 0.95))
    assert p50 == pytest.approx(1000, rel=0.1)
    assert p95 == pytest.approx(40_000, rel=0.1)
    assert quantile(found.entity_times["tgss"], 0.5) == pytest.approx(100_000, rel=0.1)
    assert quantile(found.step_times["identification"], 0.5) == pytest.approx(60_000, rel=0.1)
    assert quantile(found.step_times["user"], 0.95) == pytest.approx(10_000, rel=0.1)
    assert figures_of(entity="dgt", procedure="puntos").entity_times["dgt"].total() == 5


def test_times_of_several_days_add_up() -> None:
    one, other = Counter({bucket(100): 9}), Counter({bucket(100): 9, bucket(5000): 2})
    assert quantile(one + other, 0.5) == middle(bucket(100))
    assert quantile(one + other, 0.95) == middle(bucket(5000))
    assert quantile(Counter(), 0.5) is None


@pytest.mark.parametrize("milliseconds", [0, 1, 7, 999, 12_345, 10**7, 10**15])
def test_no_bucket_is_more_than_a_tenth_off(milliseconds: int) -> None:
    assert 0 <= bucket(milliseconds) < 32_767
    if 1 <= milliseconds < 10**9:
        assert middle(bucket(milliseconds)) == pytest.approx(milliseconds, rel=0.1, abs=1)


@pytest.mark.parametrize("many", [5, 50])
@time_machine.travel(moment(DAY, "20:00"), tick=False)
def test_counting_a_day_costs_the_same_queries_however_many_there_are(
    people: People, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = a_version()
    for _number in range(many):
        people.finish(version, NOON)
    with django_assert_max_num_queries(22):
        daily_statistics.aggregate_day(NOON.date())
    assert DailyTimes.objects.count() == 3


def test_storage_has_one_measurement_a_day() -> None:
    device = a_device()
    a_document(device)
    assert daily_statistics.measure_storage().documents == 1
    a_document(device)
    found = daily_statistics.measure_storage()
    assert (found.documents, StoredDocuments.objects.count()) == (2, 1)
    assert found.bytes > 0
