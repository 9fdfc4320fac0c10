"""The types of identification, and the preference kept in a cookie."""

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


def with_cookie(value: str) -> Identification | None:
    request = RequestFactory().get("/")
    request.COOKIES[settings.IDENTIFICATION_COOKIE_NAME] = value
    return preferred_identification(request)


def test_clave_pin_comes_first_and_is_what_can_be_used() -> None:
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
