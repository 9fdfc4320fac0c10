"""Public pages kept whole: for whom they are the same, and when they are made anew."""

import gzip
from collections.abc import Iterator

import pytest
from django.conf import settings as conf
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from procedures import page_cache
from procedures.models import ConnectorHealth, ProcedureVersion
from procedures.models.health import CONSECUTIVE_CALLS
from procedures.published_catalogue import forget_published, published
from tests.factories import a_device, a_version, an_access
from tests.pages import HTMX, RESTORE, PageClient, text_of

pytestmark = pytest.mark.django_db

PAGES = ["/tramites/", "/tramites/dgt/", "/tramites/dgt/puntos/", "/situaciones/"]


@pytest.fixture(autouse=True)
def _keeping(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in production: pages are kept; those of no other test are there."""
    settings.CATALOGUE_SEEN_SECONDS = 60
    monkeypatch.setattr(page_cache, "_pages", page_cache._Pages())
    a_version(name_en="My points")
    published()
    yield
    forget_published()


def kept() -> int:
    return len(page_cache._pages.pages)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_made_once_and_asks_the_database_nothing(
    client: PageClient, path: str, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_assert_num_queries(0):
        first = client.get(path)
        monkeypatch.setattr("procedures.views.render_page", None)
        second = client.get(path)
    assert (first.content, first.headers) == (second.content, second.headers)
    assert kept() == 1


def test_each_language_and_form_of_answer_has_its_own(client: PageClient) -> None:
    path = "/tramites/dgt/puntos/"
    spanish, fragment = client.get(path), client.get(path, headers=HTMX)
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(path)
    assert kept() == 3
    assert "My points" in text_of(english)
    assert "Mis puntos" in text_of(spanish)
    assert b"<html" not in fragment.content
    assert english.headers["Content-Language"] == "en"
    assert client.get(path).content == english.content
    assert client.get(path, headers=RESTORE).content == english.content


def test_a_change_of_the_catalogue_makes_pages_anew(client: PageClient, settings: Settings) -> None:
    client.get("/tramites/dgt/puntos/")
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    draft = ProcedureVersion.objects.get().copy_to_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_es="Tu saldo de puntos")
    draft.publish()
    assert "Tu saldo de puntos" in text_of(client.get("/tramites/dgt/puntos/"))


def test_a_page_with_a_query_string_is_never_kept(client: PageClient) -> None:
    for query in ("q=puntos", "q=", "utm=1"):
        client.get(f"/tramites/?{query}")
    assert kept() == 0
    assert "Tráfico" in text_of(client.get("/tramites/"))


def test_a_page_with_a_message_is_never_kept(client: PageClient) -> None:
    access = an_access(a_device(client), ProcedureVersion.objects.get())
    client.post(f"/accesos/{access.pk}/descartar/")
    said = client.get("/tramites/")
    assert "Trámite descartado" in said.text
    assert kept() == 0
    assert said.cookies["messages"]["max-age"] == 0
    del client.cookies["messages"]
    assert "Trámite descartado" not in client.get("/tramites/").text
    assert kept() == 1


def test_nothing_of_a_person_stands_on_a_kept_page(client: PageClient) -> None:
    device = a_device(client)
    access = an_access(device, ProcedureVersion.objects.get(), {"plate": "1234BBC"})
    client.get("/tramites/dgt/puntos/empezar/")
    pages = [client.get(path) for path in PAGES]
    stranger = PageClient()
    for path, page in zip(PAGES, pages, strict=True):
        assert stranger.get(path).content == page.content
        for personal in (str(access.pk), access.reference, "1234BBC", "csrfmiddlewaretoken", str(device.pk)):
            assert personal not in page.text
    assert not stranger.cookies


def test_a_kept_page_brings_no_cookie_of_another_answer(client: PageClient) -> None:
    client.get("/tramites/")
    for page in page_cache._pages.pages.values():
        assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("path", ["/tramites/nada/", "/tramites/dgt/nada/"])
def test_what_is_not_found_is_not_kept(client: PageClient, path: str) -> None:
    client.get(path)
    assert kept() == 0


def test_the_head_of_a_kept_page_says_how_long_it_is(client: PageClient) -> None:
    whole = client.get("/tramites/")
    head = Client().head("/tramites/")
    assert head.status_code == 200
    assert head.headers == whole.headers
    assert kept() == 1


def test_the_oldest_pages_go_first(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MAX_PAGES", 2)
    client.get(PAGES[0])
    client.get(PAGES[1])
    client.get(PAGES[0])
    client.get(PAGES[2])
    assert [key[0] for key in page_cache._pages.pages] == [PAGES[0], PAGES[2]]


def test_a_catalogue_looked_at_each_time_keeps_no_page(client: PageClient, settings: Settings) -> None:
    settings.CATALOGUE_SEEN_SECONDS = 0
    client.get("/tramites/")
    assert kept() == 0


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip, deflate, br, zstd", True),
        ("", False),
        ("br", False),
        ("gzipped", False),
        ("br, gzip;q=0", False),
    ],
)
def test_a_kept_page_is_compressed_for_who_takes_it_so(client: PageClient, accepted: str, compressed: bool) -> None:
    plain = client.get("/tramites/").content
    answer = Client().get("/tramites/", headers={"Accept-Encoding": accepted})
    assert ("Content-Encoding" in answer.headers) == compressed
    assert (gzip.decompress(answer.content) if compressed else answer.content) == plain
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_body_that_falters_costs_the_pages_of_that_body_alone(client: PageClient, settings: Settings) -> None:
    a_version("aeat/renta")
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    paths = ["/tramites/dgt/", "/tramites/dgt/puntos/", "/tramites/aeat/", "/tramites/aeat/renta/"]
    for path in paths:
        client.get(path)
    before = dict(page_cache._pages.pages)
    for _failure in range(CONSECUTIVE_CALLS):
        ConnectorHealth.objects.record_failure("dgt")
    said = [text_of(client.get(path)) for path in paths]
    assert ["no responde ahora" in text.lower() for text in said] == [True, True, False, False]
    after = page_cache._pages.pages
    assert [key[0] for key, page in after.items() if before[key] is page] == paths[2:]


def test_a_published_version_costs_the_pages_of_its_body_alone(client: PageClient, settings: Settings) -> None:
    a_version("aeat/renta")
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    paths = ["/tramites/dgt/", "/tramites/aeat/"]
    for path in paths:
        client.get(path)
    before = dict(page_cache._pages.pages)
    ProcedureVersion.objects.get(procedure__slug="renta").copy_to_draft().publish()
    for path in paths:
        client.get(path)
    assert [key[0] for key, page in page_cache._pages.pages.items() if before[key] is page] == ["/tramites/dgt/"]


def test_pages_take_no_more_memory_than_they_may(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get(PAGES[0])
    monkeypatch.setattr(page_cache, "MAX_BYTES", page_cache._pages.size)
    client.get(PAGES[1])
    client.get(PAGES[0])
    assert [key[0] for key in page_cache._pages.pages] == [PAGES[0]]
    assert page_cache._pages.size == sum(page.size for page in page_cache._pages.pages.values())


def test_an_outdated_page_is_made_anew_by_one_request_while_the_others_have_it(settings: Settings) -> None:
    path = "/tramites/dgt/"
    old = Client().get(path)
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    for _failure in range(CONSECUTIVE_CALLS):
        ConnectorHealth.objects.record_failure("dgt")
    key = next(iter(page_cache._pages.pages))
    fingerprint = published().fingerprint("dgt")
    assert page_cache._pages.get(key, fingerprint) is None  # somebody else is making it now
    assert Client().get(path).content == old.content
    page_cache._pages.release(key)
    assert Client().get(path).content != old.content
