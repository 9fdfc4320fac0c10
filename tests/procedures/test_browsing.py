"""What anybody can look at, and what anybody may send there."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from foundation.search import LONGEST_QUERY
from procedures.identification import SALT
from procedures.models import Procedure, State
from procedures.views.browsing import MOST_UNFINISHED, OFTEN
from tests.factories import a_device, a_version, an_access, close
from tests.hostile import OTHER_SITES
from tests.pages import PageClient, errors_of, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
RESTORE = {**HTMX, "HX-History-Restore-Request": "true"}
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


def test_home_offers_what_is_asked_for_most_as_far_as_it_is_there(client: PageClient) -> None:
    a_version(OFTEN[0], name_es="Vida laboral")
    a_version("dgt/rara", name_es="Trámite raro")
    often = parse(client.get("/")).get_element_by_id("often").getparent()
    assert "Vida laboral" in often.text_content()
    assert "Trámite raro" not in often.text_content()


def test_home_shows_the_latest_that_is_unfinished_and_then_is_private(client: PageClient) -> None:
    device, version = a_device(client), a_version()
    for _time in range(MOST_UNFINISHED + 2):
        latest = an_access(device, version)
    page = client.get("/")
    links = [link.get("href") for link in main_of(page).iter("a") if "/accesos/" in (link.get("href") or "")]
    assert links[0] == f"/accesos/{latest.pk}/"
    assert len([link for link in links if link != "/accesos/"]) == MOST_UNFINISHED
    assert page.headers["Cache-Control"] == "no-store, private"
    assert parse(page).find("body").get("hx-history") == "false"


def test_home_shows_nothing_of_another_device(client: PageClient) -> None:
    access = an_access(a_device(token="o" * 43), a_version())
    a_device(client)
    assert str(access.pk) not in client.get("/").text


def test_what_is_given_up_or_finished_is_unfinished_no_more(client: PageClient) -> None:
    device, version = a_device(client), a_version()
    an_access(device, version).discard()
    done = an_access(device, version)
    type(done).objects.filter(pk=done.pk).update(state=State.DONE)
    assert "/accesos/" not in client.get("/").text


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
    assert main_of(page).xpath("//input[@name='q']")[0].get("value") == "<b>pun tos </b>"
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


# --- The type of identification --------------------------------------------------------------------------------------


def test_the_type_of_identification_is_kept_in_a_signed_cookie_that_scripts_cannot_read(client: PageClient) -> None:
    page = client.submit(client.get("/identificacion/"), identification="clave_pin")
    assert page.url == "/tramites/"
    cookie = page.cookies[settings.IDENTIFICATION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert signing.loads(cookie.value, salt=SALT) == "clave_pin"
    assert "Te identificas con Cl@ve PIN" in text_of(client.get("/"))


@pytest.mark.parametrize(
    ("value", "salt", "end"),
    [
        ("clave_pin", "", ""),
        ("clave_pin", "another", ""),
        ("clave_pin", SALT, "x"),
        ("clave_movil", SALT, ""),
        (["clave_pin"], SALT, ""),
        ({"key": "clave_pin"}, SALT, ""),
        ("\x00:" * 5000, "", ""),
        ("ñ:ñ:ñ", "", ""),
        ("", "", ""),
    ],
)
def test_a_cookie_that_is_not_ours_chooses_nothing(client: PageClient, value: Any, salt: str, end: str) -> None:
    """Not signed at all, signed for something else, tampered with, or signed and not offered."""
    client.cookies[settings.IDENTIFICATION_COOKIE_NAME] = (signing.dumps(value, salt=salt) if salt else value) + end
    page = client.get("/")
    assert page.status_code == 200
    assert "Elige cómo te identificas" in text_of(page)


@pytest.mark.parametrize("chosen", ["clave_movil", "eidas", "nada", "", "clave_pin\x00"])
def test_what_is_not_offered_cannot_be_chosen(client: PageClient, chosen: str) -> None:
    page = client.post("/identificacion/", {"identification": chosen})
    assert page.status_code == 422
    assert len(errors_of(page)) == 1
    assert settings.IDENTIFICATION_COOKIE_NAME not in page.cookies


def test_choosing_goes_on_where_it_was_asked_for(client: PageClient) -> None:
    target = "/tramites/dgt/puntos/empezar/?como=1"
    asked = client.get("/identificacion/?" + urlencode({"next": target}))
    assert client.submit(asked, identification="clave_pin").url == target


@pytest.mark.parametrize("target", OTHER_SITES)
def test_choosing_never_leads_to_another_site(client: PageClient, target: str) -> None:
    asked = client.get("/identificacion/", {"next": target})
    assert asked.status_code == 200
    assert not main_of(asked).xpath("//input[@name='next']")
    assert parse(asked).xpath("//a[@class='back']")[0].get("href") == "/"
    sent = client.post("/identificacion/", {"identification": "clave_pin", "next": target})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/tramites/")


def test_a_next_that_would_break_a_header_breaks_none(client: PageClient) -> None:
    sent = client.post("/identificacion/", {"identification": "clave_pin", "next": "/a\r\nSet-Cookie: b=c"})
    assert sent.status_code == 302
    assert "\n" not in sent.headers["Location"]
    assert "b" not in sent.cookies


# --- Beginning -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", "x", "\x00", "00000000-0000-0000-0000-00000000000", "a" * 5000])
@pytest.mark.usefixtures("_published")
def test_a_start_form_whose_id_is_none_gets_a_fresh_one(client: PageClient, value: str) -> None:
    assert client.post("/tramites/dgt/puntos/empezar/", {"access": value}).status_code == 302


@pytest.mark.parametrize("como", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.usefixtures("_published")
def test_an_earlier_access_that_is_none_fills_nothing(client: PageClient, como: str) -> None:
    assert client.get("/tramites/dgt/puntos/empezar/", {"como": como}).status_code == 200
