"""The language switch: it keeps the page, and leads nowhere else."""

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import a_version
from tests.pages import PageClient, parse, text_of
from tests.redirect_targets import OTHER_SITES


def switch(client: Client, **query: str) -> str:
    answer = client.get("/idioma/", query)
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/ayuda/sms/", "/tramites/dgt/puntos/", "/descargas/", "/nada/"])
def test_the_link_on_each_page_switches_and_comes_back(client: PageClient, path: str) -> None:
    a_version(name_en="My points")
    page = client.get(path)
    assert parse(page).get("lang") == "es"
    (link,) = parse(page).xpath("//a[@hreflang='en']")
    back = client.get(link.get("href"), follow=True, headers={"Referer": f"http://testserver{path}"})
    assert back.request["PATH_INFO"] == path
    assert parse(back).get("lang") == "en"
    (link,) = parse(back).xpath("//a[@hreflang='es']")
    again = client.get(link.get("href"), follow=True, headers={"Referer": f"http://testserver{path}?a=b"})
    assert text_of(again) == text_of(page)
    assert again.request["QUERY_STRING"] == "a=b"


@pytest.mark.parametrize(
    "before", ["https://evil.example/a", "", "http://testserver.evil.example/", "javascript:x", "http://["]
)
def test_another_sites_page_is_not_gone_back_to(before: str) -> None:
    answer = Client().get("/idioma/", {"to": "en"}, headers={"Referer": before})
    assert answer.headers["Location"] == "/"


def test_where_to_go_on_keeps_its_query() -> None:
    assert switch(Client(), to="en", next="/tramites/?q=puntos&a=b") == "/tramites/?q=puntos&a=b"


@pytest.mark.parametrize("target", OTHER_SITES)
def test_switching_never_leads_to_another_site(target: str) -> None:
    assert switch(Client(), to="en", next=target) == "/"


@pytest.mark.parametrize("language", ["xx", "", "es-ES", "EN", "en\x00", "../en", "a" * 5000])
def test_a_language_that_is_not_ours_changes_nothing(language: str) -> None:
    client = Client()
    assert switch(client, to=language, next="/ayuda/") == "/ayuda/"
    assert not client.cookies


@pytest.mark.parametrize(("language", "_name"), settings.LANGUAGES)
def test_a_language_is_kept_for_a_year_out_of_the_reach_of_scripts(language: str, _name: str) -> None:
    client = Client()
    switch(client, to=language)
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (language, True, "Lax")
    assert cookie["max-age"] >= 365 * 24 * 3600


def test_a_next_that_would_break_a_header_breaks_none() -> None:
    location = switch(Client(), to="en", next="/a\r\nSet-Cookie: b=c")
    assert "\r" not in location
    assert "\n" not in location
