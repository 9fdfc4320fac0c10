"""Home: what is unfinished on this device, and what is asked for most."""

import pytest

from accesses.models import State
from accesses.views.home import MOST_UNFINISHED, OFTEN
from procedures.models import Procedure
from tests.factories import a_device, a_version, an_access, close
from tests.pages import PageClient, main_of, parse

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
