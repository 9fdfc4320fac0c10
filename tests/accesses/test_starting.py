"""The start form: what anybody may send there."""

import pytest

from tests.factories import a_version
from tests.pages import PageClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ["", "x", "\x00", "00000000-0000-0000-0000-00000000000", "a" * 5000])
def test_a_start_form_with_a_malformed_id_gets_a_fresh_one(client: PageClient, value: str) -> None:
    a_version()
    assert client.post("/tramites/dgt/puntos/empezar/", {"access": value}).status_code == 302


@pytest.mark.parametrize("como", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_an_earlier_access_that_does_not_exist_fills_nothing(client: PageClient, como: str) -> None:
    a_version()
    assert client.get("/tramites/dgt/puntos/empezar/", {"como": como}).status_code == 200
