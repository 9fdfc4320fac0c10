"""Attributes of the portal's own cookies."""

import pytest
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from foundation.http.cookies import LONGEST_AGE, set_private_cookie


@pytest.mark.parametrize("https", [True, False])
def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(settings: Settings, https: bool) -> None:
    settings.HTTPS = https
    response = HttpResponse()
    set_private_cookie(response, "device", "token")
    cookie = response.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", https)
    assert (cookie["max-age"], cookie["path"], cookie["domain"]) == (LONGEST_AGE, "/", "")


def test_a_cookie_can_live_less_long() -> None:
    response = HttpResponse()
    set_private_cookie(response, "device", "token", max_age=60)
    assert response.cookies["device"]["max-age"] == 60
