"""The types of identification, the page that chooses one, and the preference kept in a cookie."""

from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from accesses.identification import (
    IDENTIFICATIONS,
    OFFERED,
    SALT,
    Identification,
    IdentificationForm,
    preferred_identification,
    set_preference,
)
from foundation.http.cookies import LONGEST_AGE
from tests.pages import PageClient, errors_of, main_of, parse, text_of
from tests.redirect_targets import OTHER_SITES

pytestmark = pytest.mark.django_db


def with_cookie(value: str) -> Identification | None:
    request = RequestFactory().get("/")
    request.COOKIES[settings.IDENTIFICATION_COOKIE_NAME] = value
    return preferred_identification(request)


def test_clave_pin_comes_first_and_is_the_only_one_offered() -> None:
    assert IDENTIFICATIONS[0].key == "clave_pin"
    assert list(OFFERED) == ["clave_pin"]
    assert len({identification.key for identification in IDENTIFICATIONS}) == len(IDENTIFICATIONS)


@pytest.mark.parametrize("language", ["es", "en"])
def test_each_is_named_and_described_in_every_language(language: str) -> None:
    with translation.override(language):
        for identification in IDENTIFICATIONS:
            assert str(identification.name)
            assert str(identification.description)
            assert len(identification.monogram) <= 3


def test_without_a_cookie_nothing_is_preferred() -> None:
    assert preferred_identification(RequestFactory().get("/")) is None


def test_the_preference_lasts_for_a_year() -> None:
    response = HttpResponse()
    with time_machine.travel("2026-05-20", tick=False):
        set_preference(response, "clave_pin")
    cookie = response.cookies[settings.IDENTIFICATION_COOKIE_NAME]
    assert cookie["max-age"] == LONGEST_AGE
    with time_machine.travel("2027-05-20", tick=False):
        assert with_cookie(cookie.value) == OFFERED["clave_pin"]


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_is_secure_where_the_portal_is(https: bool, settings: Settings) -> None:
    settings.HTTPS = https
    response = HttpResponse()
    set_preference(response, "clave_pin")
    assert bool(response.cookies[settings.IDENTIFICATION_COOKIE_NAME]["secure"]) == https


@pytest.mark.parametrize("key", ["clave_movil", "", None, 7, ["clave_pin"], {"clave_pin": 1}, [["clave_pin"]]])
def test_a_cookie_of_ours_with_anything_else_is_ignored(key: object) -> None:
    assert with_cookie(signing.dumps(key, salt=SALT)) is None


@pytest.mark.parametrize("value", ["", "clave_pin", ":", "::", "a:b:c", "\x00", "ñ", "x" * 1_000_000, ":" * 10_000])
def test_a_cookie_that_we_did_not_sign_is_ignored(value: str) -> None:
    assert with_cookie(value) is None


def test_a_signature_for_another_purpose_is_ignored() -> None:
    assert with_cookie(signing.dumps("clave_pin", salt="other")) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Elige cómo quieres identificarte"), ("eidas", "que ya se pueden usar aquí"), ("\x00", "que ya se pueden")],
)
def test_a_wrong_choice_is_explained(typed: str, said: str) -> None:
    form = IdentificationForm({"identification": typed})
    assert said in form.errors["identification"][0]


# --- The page ---------------------------------------------------------------------------------------------------------


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
def test_an_invalid_cookie_is_ignored(client: PageClient, value: Any, salt: str, end: str) -> None:
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


def test_choosing_returns_to_the_page_that_asked(client: PageClient) -> None:
    target = "/tramites/dgt/puntos/empezar/?como=1"
    asked = client.get("/identificacion/?" + urlencode({"next": target}))
    assert client.submit(asked, identification="clave_pin").url == target


@pytest.mark.parametrize("target", OTHER_SITES)
def test_choosing_never_redirects_to_another_site(client: PageClient, target: str) -> None:
    asked = client.get("/identificacion/", {"next": target})
    assert asked.status_code == 200
    assert not main_of(asked).xpath("//input[@name='next']")
    assert parse(asked).xpath("//a[@class='back']")[0].get("href") == "/"
    sent = client.post("/identificacion/", {"identification": "clave_pin", "next": target})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/tramites/")


def test_a_target_with_line_breaks_adds_no_header(client: PageClient) -> None:
    sent = client.post("/identificacion/", {"identification": "clave_pin", "next": "/a\r\nSet-Cookie: b=c"})
    assert sent.status_code == 302
    assert "\n" not in sent.headers["Location"]
    assert "b" not in sent.cookies
