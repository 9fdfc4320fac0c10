"""The published catalogue in memory: read when its stamp changes, by one thread at a time."""

import threading

import pytest
from django.db import DatabaseError
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from procedures.content import Content
from procedures.models import (
    Availability,
    CatalogueStamp,
    ConnectorHealth,
    Entity,
    OperatorSwitch,
    Procedure,
    ProcedureVersion,
    Stamps,
    SwitchState,
    VersionState,
)
from procedures.models.health import CONSECUTIVE_CALLS
from procedures.published_catalogue import forget_published, published
from tests.factories import a_datum, a_version
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    return list(published().by_code)


def check_each_time(settings: Settings) -> None:
    """Have the stamps checked on each use, as if a second had passed."""
    settings.CATALOGUE_SEEN_SECONDS = 0


def test_only_published_versions_are_offered() -> None:
    version = a_version()
    draft = version.copy_to_draft()
    assert codes() == ["dgt/puntos"]
    assert published().by_version[version.pk].version == version
    assert draft.pk not in published().by_version


def test_offers_are_in_the_editors_order() -> None:
    for code in ("ine/padron", "aeat/renta", "aeat/censo"):
        a_version(code)
    Entity.objects.filter(slug="ine").update(order=1)
    Procedure.objects.filter(slug="renta").update(order=1)
    CatalogueStamp.bump()
    forget_published()
    assert [listed.entity.slug for listed in published().entities] == ["ine", "aeat"]
    assert codes() == ["ine/padron", "aeat/renta", "aeat/censo"]


def test_procedures_of_one_entity_share_it() -> None:
    for code in ("dgt/puntos", "dgt/multas"):
        a_version(code)
    first, second = published().by_code.values()
    assert first.entity is second.entity


def test_an_unknown_entity_or_procedure_is_none() -> None:
    a_version()
    assert published().entity("nada") is None
    assert published().offer("dgt", "nada") is None
    assert published().offer("dgt/puntos", "") is None


def test_reading_takes_the_same_queries_whatever_the_size(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(12):
        a_datum(a_version(f"dgt/tramite-{number}"), "plate", "plate")
    forget_published()
    with django_assert_num_queries(14):
        for offer in published().by_code.values():
            assert [datum.key for datum in offer.version.data] == ["plate"]
            assert offer.entity.slug == "dgt"


def test_the_database_is_queried_once_a_second_at_most(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_version()
    settings.CATALOGUE_SEEN_SECONDS = 60
    published()
    with django_assert_num_queries(0):
        assert published().offer("dgt", "puntos")


def test_an_unchanged_stamp_keeps_the_catalogue(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_version()
    kept = published()
    check_each_time(settings)
    with django_assert_num_queries(1):
        assert published() is kept


def test_a_changed_stamp_has_the_catalogue_read_again(settings: Settings) -> None:
    version = a_version()
    published()
    check_each_time(settings)
    a_draft = version.copy_to_draft()
    ProcedureVersion.objects.filter(pk=a_draft.pk).update(name_es="Otro nombre")
    a_draft.publish()
    assert str(published().by_code["dgt/puntos"].version.name) == "Otro nombre"


def test_the_stamp_starts_at_zero_and_counts_every_change() -> None:
    CatalogueStamp.objects.all().delete()
    assert CatalogueStamp.current() == 0
    for number in (1, 2, 3):
        CatalogueStamp.bump()
        assert CatalogueStamp.current() == number


def test_the_last_catalogue_is_served_while_the_database_is_unavailable(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_version()
    kept = published()
    check_each_time(settings)

    def away() -> Stamps:
        raise DatabaseError("away")

    monkeypatch.setattr(CatalogueStamp, "all_current", away)
    assert published() is kept
    forget_published()
    with pytest.raises(DatabaseError):
        published()


def test_while_one_thread_reads_the_others_use_the_last_catalogue(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_version()
    kept, stamps = published(), CatalogueStamp.all_current()
    check_each_time(settings)
    looking, go_on = threading.Event(), threading.Event()

    def slow() -> Stamps:
        looking.set()
        assert go_on.wait(5)
        return stamps

    monkeypatch.setattr(CatalogueStamp, "all_current", slow)
    thread = threading.Thread(target=published)
    thread.start()
    assert looking.wait(5)
    assert published() is kept
    go_on.set()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_many_threads_read_it_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    a_version()
    settings.CATALOGUE_SEEN_SECONDS = 60
    forget_published()
    reads: list[int] = []
    real = Content.read

    def read(previous: Content | None) -> Content:
        reads.append(1)
        return real(previous)

    monkeypatch.setattr(Content, "read", read)
    in_parallel(published, 8)
    assert len(reads) == 1


def test_publishing_retires_the_previous_version() -> None:
    version = a_version()
    newer = version.copy_to_draft()
    newer.publish()
    states = dict(ProcedureVersion.objects.values_list("number", "state"))
    assert states == {1: VersionState.RETIRED, 2: VersionState.PUBLISHED}


def test_a_change_of_availability_does_not_reread_the_content(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = a_version()
    content = published().content
    check_each_time(settings)
    monkeypatch.setattr(Content, "read", None)  # whoever reads it now fails
    for _failure in range(CONSECUTIVE_CALLS):
        ConnectorHealth.objects.record_failure("dgt")
    switch = {"entity_id": version.procedure.entity_id}
    OperatorSwitch.objects.set_state(switch, 0, state=SwitchState.CLOSED)
    offer = published().by_code["dgt/puntos"]
    assert published().content is content
    assert (offer.health, offer.is_open) == (Availability.DOWN, False)


def test_a_publication_reads_that_version_alone(settings: Settings) -> None:
    for code in ("dgt/puntos", "dgt/multas", "aeat/renta"):
        a_datum(a_version(code), "plate", "plate")
    before = published().content
    check_each_time(settings)
    ProcedureVersion.objects.get(procedure__slug="multas", state="published").copy_to_draft().publish()
    after = published().content
    same = {code: after.by_code[code] is version for code, version in before.by_code.items()}
    assert same == {"dgt/puntos": True, "dgt/multas": False, "aeat/renta": True}
    assert after.by_code["dgt/multas"].procedure.entity is after.by_code["dgt/puntos"].procedure.entity
    assert [datum.key for datum in after.by_code["dgt/multas"].data] == ["plate"]


def test_a_changed_entity_is_read_with_its_versions(settings: Settings) -> None:
    for code in ("dgt/puntos", "aeat/renta"):
        a_version(code)
    before = published().content
    check_each_time(settings)
    entity = Entity.objects.get(slug="dgt")
    entity.short_name = "La DGT"
    entity.save()
    CatalogueStamp.bump()
    after = published().content
    assert str(after.by_code["dgt/puntos"].procedure.entity) == "La DGT"
    assert after.by_code["aeat/renta"] is before.by_code["aeat/renta"]


def test_languages_searched_before_are_indexed_during_the_reading(settings: Settings) -> None:
    version = a_version()
    published().search("puntos")
    check_each_time(settings)
    version.copy_to_draft().publish()
    assert list(published().content.indexes) == ["es"]
