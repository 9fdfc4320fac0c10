"""Searches that found nothing: counted for the editors, and nobody's data among them."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from procedures.models import ZeroResultSearch
from procedures.models import zero_results as module
from procedures.models.zero_results import MAX_TEXT_LENGTH, anonymize
from procedures.tasks import trim_zero_result_searches
from tests.backoffice.staff_users import a_staff_user, sign_in
from tests.factories import ANA, a_version
from tests.pages import HTMX, PageClient, main_of, text_of

pytestmark = pytest.mark.django_db

TYPING = {**HTMX, "HX-Trigger": "q", "HX-Trigger-Name": "q"}


@pytest.fixture(autouse=True)
def _published() -> None:
    a_version(name_en="My points")


def counted() -> dict[str, int]:
    return dict(ZeroResultSearch.objects.values_list("text", "times"))


def test_a_search_without_result_is_counted_as_it_is_shown(client: PageClient) -> None:
    for query in ("Zapatos  Rójos", "zapatos rójos", "puntos", "", "   "):
        assert client.get("/tramites/", {"q": query}).status_code == 200
    assert counted() == {"zapatos rójos": 2}


def test_what_is_asked_while_somebody_types_is_not_counted(client: PageClient) -> None:
    page = client.get("/tramites/", {"q": "zapatos"}, headers=TYPING)
    assert "No hay ningún trámite" in text_of(page)
    assert not counted()
    client.get("/tramites/", {"q": "zapatos"}, headers=HTMX)
    assert counted() == {"zapatos": 1}


def test_each_language_is_counted_for_itself(client: PageClient) -> None:
    for language in ("es", "en"):
        client.get("/tramites/", {"q": "zapatos"}, headers={"Accept-Language": language})
    assert dict(ZeroResultSearch.objects.values_list("language", "times")) == {"en": 1, "es": 1}


@pytest.mark.parametrize(
    "query",
    [
        ANA, ANA.lower(), "zapatos de 12.345.678-Z", "X1234567L", "612 345 678", "+34612345678", "ana@example.org",
        "zapatos 1234567", "E12345678", "١٢٣٤٥٦٧٨",
    ],
)  # fmt: skip
def test_what_may_be_somebodys_number_or_address_is_not_kept(client: PageClient, query: str) -> None:
    client.get("/tramites/", {"q": query})
    assert not counted()
    assert anonymize(query) == ""


def test_digits_are_masked_and_long_texts_cut() -> None:
    assert anonymize("Modelo 721 de 2025") == "modelo ### de ####"
    assert anonymize("á" * 500) == "á" * MAX_TEXT_LENGTH
    assert anonymize("") == ""


@pytest.mark.parametrize(
    "query",
    ["zapatos " * 2000, "\x00zapatos\x1b", "<b>zapatos</b>", "' OR 'zz'='zz", "𝕫𝕒𝕡", "ﷺ" * 90, "%z", "İ" * 200],
)
def test_whatever_is_typed_is_counted_or_not_without_an_error(client: PageClient, query: str) -> None:
    assert client.get("/tramites/", {"q": query}).status_code == 200
    assert all(len(text) <= MAX_TEXT_LENGTH and "\x00" not in text for text in counted())


def test_the_rarest_and_of_them_the_oldest_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = timezone.now()
    for text, times, hours in (("a", 5, 9), ("b", 1, 3), ("c", 1, 1), ("d", 2, 8)):
        last_at = moment - timedelta(hours=hours)
        ZeroResultSearch.objects.create(text=text, language="es", times=times, last_at=last_at)
    assert ZeroResultSearch.objects.trim(3) == 1
    assert set(counted()) == {"a", "c", "d"}
    assert trim_zero_result_searches.call() == 0


def test_a_flood_of_new_texts_is_bounded_before_the_task_comes(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HARD_LIMIT", 3)
    for number in range(6):
        client.get("/tramites/", {"q": "z" * (10 + number)})
    client.get("/tramites/", {"q": "z" * 10})
    assert len(counted()) == 3
    assert counted()["z" * 10] == 2


def test_counting_that_fails_is_in_nobodys_way(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> bool:
        raise DatabaseError

    monkeypatch.setattr(module.ZeroResultSearchQuerySet, "_count", away)
    assert "No hay ningún trámite" in text_of(client.get("/tramites/", {"q": "zapatos"}))


def test_the_page_helps_on(client: PageClient) -> None:
    page = client.get("/tramites/", {"q": "puntillos"})
    links = [link.get("href") for link in main_of(page).iter("a")]
    assert "/tramites/?q=puntos" in links
    assert "/tramites/dgt/" in links


def test_an_editor_reads_them_and_changes_none() -> None:
    ZeroResultSearch.objects.record("zapatos", "es")
    client = PageClient()
    sign_in(client, a_staff_user(is_superuser=True))
    path = "/gestion/procedures/zeroresultsearch/"
    assert "zapatos" in client.get(path).content.decode()
    row = ZeroResultSearch.objects.get()
    assert client.get(f"{path}{row.pk}/change/").status_code == 200
    assert client.post(f"{path}{row.pk}/change/", {"text": "otro"}).status_code == 403
    assert client.get(f"{path}add/").status_code == 403
    assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
