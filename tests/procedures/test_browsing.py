"""What anybody can look at, and what anybody may send there."""

import pytest
from django.test import Client

from foundation.search import LONGEST_QUERY
from procedures.models import Procedure
from tests.factories import a_version, close
from tests.pages import HTMX, RESTORE, PageClient, main_of, step_of, text_of

pytestmark = pytest.mark.django_db

PUBLIC = ["/", "/tramites/", "/tramites/?q=puntos", "/tramites/dgt/", "/tramites/dgt/puntos/"]
STEPS = {"/": "home", "/tramites/": "entities", "/tramites/?q=puntos": "search", "/tramites/dgt/": "entity"}


@pytest.fixture
def _published() -> None:
    a_version()


def close_one(*, entity: bool) -> None:
    """Have the catalogue's one procedure, or its entity, closed."""
    procedure = Procedure.objects.get()
    close(procedure.entity if entity else procedure)


# --- The public pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.usefixtures("_published")
def test_a_public_page_sets_no_cookie_and_holds_no_token(client: PageClient, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, step_of(page)) == (200, STEPS.get(path, "procedure"))
    assert not page.cookies
    assert not client.cookies
    assert b"csrfmiddlewaretoken" not in page.content
    assert "no-store" not in page.headers.get("Cache-Control", "")


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.usefixtures("_published")
def test_a_public_page_is_whole_a_fragment_and_whole_again(client: PageClient, path: str) -> None:
    whole, fragment, restored = (client.get(path, headers=headers) for headers in ({}, HTMX, RESTORE))
    for page in (whole, restored):
        assert page.content.startswith(b"<!doctype html>")
    assert b"<html" not in fragment.content
    assert text_of(fragment) == text_of(whole)
    for page in (whole, fragment, restored):
        assert {"HX-Request", "HX-History-Restore-Request"} <= set(page.headers["Vary"].split(", "))


@pytest.mark.parametrize("path", [*PUBLIC, "/tramites/nada/", "/tramites/dgt/nada/"])
@pytest.mark.usefixtures("_published")
def test_the_head_of_a_page_can_be_asked_for(path: str) -> None:
    client = Client()
    head, whole = client.head(path), client.get(path)
    assert head.status_code == whole.status_code
    assert not head.content
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.usefixtures("_published")
def test_a_public_page_takes_no_form(client: PageClient, path: str) -> None:
    refused = client.post(path, {"a": "b"})
    assert refused.status_code == 405
    assert step_of(refused) == "error"
    assert "GET" in refused.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/tramites/nada/",
        "/tramites/dgt/nada/",
        "/tramites/DGT/",
        "/tramites/dgt%00/",
        "/tramites/%ff%fe/",
        "/tramites/a b/",
    ],
)
@pytest.mark.usefixtures("_published")
def test_what_is_not_offered_is_not_found(client: PageClient, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, step_of(page)) == (404, "error")


def test_an_empty_catalogue_shows_empty_pages(client: PageClient) -> None:
    for path in ("/", "/tramites/", "/tramites/?q=puntos"):
        assert client.get(path).status_code == 200


# --- Closed procedures and entities ----------------------------------------------------------------------------------


@pytest.mark.parametrize("entity", [False, True])
@pytest.mark.usefixtures("_published")
def test_what_is_closed_says_so_everywhere_and_cannot_be_begun(client: PageClient, entity: bool) -> None:
    close_one(entity=entity)
    for path in ("/tramites/dgt/", "/tramites/?q=puntos", "/tramites/dgt/puntos/", "/tramites/dgt/puntos/empezar/"):
        assert "Cerrado por ahora" in text_of(client.get(path)), path
    assert "Empezar" not in text_of(client.get("/tramites/dgt/puntos/"))
    buttons = [button.text_content() for button in main_of(client.get("/tramites/dgt/puntos/empezar/")).iter("button")]
    assert not buttons


# --- Searching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "a" * 10_000,
        "\x00",
        "puntos\x00",
        "\x01\x02\x1b",
        "\u202e\u2066",
        "<script>alert(1)</script>",
        "' OR 1=1",
        "%",
        "¿?",
    ],
)
@pytest.mark.usefixtures("_published")
def test_any_query_gets_a_clear_page(client: PageClient, query: str) -> None:
    page = client.get("/tramites/", {"q": query})
    assert page.status_code == 200
    assert step_of(page) in ("search", "entities")
    assert main_of(page).xpath("//input[@name='q']")[0].get("value") is not None


@pytest.mark.usefixtures("_published")
def test_a_query_is_shown_as_text_cut_and_without_what_nobody_sees(client: PageClient) -> None:
    page = client.get("/tramites/", {"q": "<b>pun\x00tos\u202e</b>"})
    assert "<b>pun" not in page.text.replace("<p><b>", "")
    assert main_of(page).xpath("//input[@name='q']")[0].get("value") == "<b>pun tos</b>"
    long = client.get("/tramites/", {"q": "á" * 900})
    assert main_of(long).xpath("//input[@name='q']")[0].get("value") == "á" * LONGEST_QUERY


@pytest.mark.parametrize("query", ["", "   ", "\u2003\u00a0", "\t\r\n"])
@pytest.mark.usefixtures("_published")
def test_a_query_of_spaces_is_no_query(client: PageClient, query: str) -> None:
    page = client.get("/tramites/", {"q": query})
    assert step_of(page) == "entities"


@pytest.mark.usefixtures("_published")
def test_a_query_that_is_no_utf_8_gets_a_page(client: PageClient) -> None:
    assert client.get("/tramites/", QUERY_STRING="q=%ff%fe%ed%a0%80").status_code == 200


@pytest.mark.usefixtures("_published")
def test_what_is_found_and_what_is_not(client: PageClient) -> None:
    found = client.get("/tramites/", {"q": "  PÚNTOS   quedan "})
    assert "/tramites/dgt/puntos/" in [link.get("href") for link in main_of(found).iter("a")]
    assert "1 trámite para" in text_of(found)
    assert "No hay ningún trámite" in text_of(client.get("/tramites/", {"q": "zapatos"}))
