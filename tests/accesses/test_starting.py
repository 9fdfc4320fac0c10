"""The start form: what anybody may send there."""

import pytest

from procedures.models import Procedure
from tests.factories import a_version, close
from tests.pages import PageClient

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


@pytest.mark.parametrize("value", ["", "x", "\x00", "00000000-0000-0000-0000-00000000000", "a" * 5000])
@pytest.mark.usefixtures("_published")
def test_a_start_form_whose_id_is_none_gets_a_fresh_one(client: PageClient, value: str) -> None:
    assert client.post("/tramites/dgt/puntos/empezar/", {"access": value}).status_code == 302


@pytest.mark.parametrize("como", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.usefixtures("_published")
def test_an_earlier_access_that_is_none_fills_nothing(client: PageClient, como: str) -> None:
    assert client.get("/tramites/dgt/puntos/empezar/", {"como": como}).status_code == 200
