"""Finding the public questions by words, and showing them."""

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet
from pytest_django.fixtures import Settings

from foundation.search import LONGEST_QUERY
from guides.models import PublicQuestion
from guides.question_search import find_questions
from tests.pages import PageClient, main_of, text_of

PATH = "/ayuda/preguntas/"
HTMX = {"HX-Request": "true"}


def found(client: PageClient, query: str, **headers: str) -> list[str]:
    """The questions that a search shows."""
    page = client.get(PATH, {"q": query}, headers=headers or None)
    return [" ".join(summary.text_content().split()) for summary in main_of(page).iter("summary")]


@pytest.mark.parametrize("query", ["móvil perdido", "MOVIL   PERDIDO", "móviles perdidos"])
def test_neither_accents_nor_case_nor_plurals_matter(client: PageClient, query: str) -> None:
    assert "He perdido el móvil o me lo han robado" in found(client, query)


def test_the_words_of_the_answer_count_and_all_of_them_must_be_there(client: PageClient) -> None:
    assert found(client, "ciberseguridad") == ["Le he dicho mi PIN a alguien. ¿Qué hago?"]
    assert found(client, "ciberseguridad tarjeta") == []


def test_a_search_is_in_the_language_of_the_page(client: PageClient) -> None:
    assert found(client, "stolen") == []
    assert found(client, "stolen", **{"Accept-Language": "en"}) == ["I have lost my phone or it has been stolen"]


def test_a_search_that_finds_nothing_says_so_and_offers_to_ask(client: PageClient) -> None:
    page = client.get(PATH, {"q": "<b>zzz"})
    assert "«<b>zzz»" in text_of(page)
    assert "/ayuda/preguntar/" in [link.get("href") for link in main_of(page).iter("a")]


def test_a_search_answers_a_fragment_to_htmx_and_keeps_step_and_heading(client: PageClient) -> None:
    plain, fragment = client.get(PATH, {"q": "pin"}), client.get(PATH, {"q": "pin"}, headers=HTMX)
    assert "<!doctype html>" not in fragment.text
    assert text_of(plain) == text_of(fragment)
    assert main_of(plain).findtext("h1") == main_of(client.get(PATH)).findtext("h1")


@pytest.mark.parametrize("query", ["", "   ", "de la", "\x00", "\ud800", "🙂", "a" * 5000, "'; --", "%", "ñ" * 300])
def test_any_query_gets_a_page(client: PageClient, query: str) -> None:
    page = client.get(PATH, {"q": query.encode(errors="replace")})
    assert page.status_code == 200
    shown = main_of(page).xpath(".//input[@name='q']")[0].get("value")
    assert len(shown or "") <= LONGEST_QUERY


def test_a_question_that_is_hidden_is_not_shown(client: PageClient) -> None:
    PublicQuestion.objects.filter(key="free").update(is_shown=False)
    assert "¿Es gratis?" not in found(client, "")


def test_questions_go_on_being_shown_while_the_database_is_away(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found(client, "")

    def away(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(QuerySet, "_fetch_all", away)
    assert found(client, "") == before


def test_with_no_question_there_is_still_a_page(client: PageClient) -> None:
    PublicQuestion.objects.all().delete()
    assert client.get(PATH).status_code == 200


def test_the_answers_differ_by_whether_there_is_a_simulator(settings: Settings) -> None:
    settings.SANDBOX_PUBLIC_URL = "https://simulador.example"
    assert next(str(one.answer) for one in find_questions("simulados")).count("https://simulador.example") == 1
    settings.SANDBOX_PUBLIC_URL = ""
    assert find_questions("simulados") == []
