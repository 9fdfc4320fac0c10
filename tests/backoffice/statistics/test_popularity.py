"""The order of home's procedures: counted from the statistics, told to the catalogue, moved only when it changes."""

from datetime import timedelta

import pytest

from backoffice.models import DailyAccessesOfProcedure
from backoffice.statistics.days import today
from backoffice.statistics.popularity import DAYS
from backoffice.statistics.tasks import rank_procedures_by_use
from procedures.models import CatalogueStamp, Popularity, Stamp
from procedures.published_catalogue import published
from tests.factories import a_version

pytestmark = pytest.mark.django_db


def begun(code: str, count: int, days_ago: int = 0) -> None:
    entity, procedure = code.split("/")
    day = today() - timedelta(days=days_ago)
    DailyAccessesOfProcedure.objects.create(
        day=day, entity=entity, procedure=procedure, state="done", reached=5, count=count
    )


def test_what_was_begun_most_lately_comes_first_and_what_is_long_ago_does_not_count() -> None:
    for code in ("dgt/puntos", "dgt/multas", "dgt/vieja"):
        a_version(code)
    begun("dgt/puntos", 3)
    begun("dgt/puntos", 3, days_ago=DAYS - 1)
    begun("dgt/multas", 5)
    begun("dgt/vieja", 100, days_ago=DAYS)
    assert rank_procedures_by_use.call() == 2
    assert [offer.code for offer in published().suggested] == ["dgt/puntos", "dgt/multas"]


def test_pages_are_made_anew_only_when_the_order_changes() -> None:
    a_version()
    begun("dgt/puntos", 3)
    stamp = CatalogueStamp.current(Stamp.AVAILABILITY)
    rank_procedures_by_use.call()
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == stamp + 1
    begun("dgt/puntos", 4, days_ago=1)
    rank_procedures_by_use.call()
    assert Popularity.objects.get().starts == 7
    assert CatalogueStamp.current(Stamp.AVAILABILITY) == stamp + 1
