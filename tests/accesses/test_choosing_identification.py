"""The page that chooses the type of identification, and the cookie that keeps it."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core import signing

from accesses.identification import SALT
from tests.pages import PageClient, errors_of, main_of, parse, text_of
from tests.redirect_targets import OTHER_SITES

pytestmark = pytest.mark.django_db


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
