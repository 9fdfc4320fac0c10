"""Home: what is unfinished on this device, and what is asked for most."""

import pytest

from accesses.models import State
from accesses.views.home import MAX_SUGGESTED, MAX_UNFINISHED
from procedures.models import Popularity, Procedure, ProcedureVersion
from procedures.published_catalogue import forget_published, published
from tests.factories import a_device, a_version, an_access
from tests.pages import PageClient, main_of, parse

pytestmark = pytest.mark.django_db


def featured(version: ProcedureVersion, order: int) -> ProcedureVersion:
    """The version of a procedure that the editors have put on home."""
    Procedure.objects.filter(pk=version.procedure_id).update(featured_order=order)
    forget_published()
    return version


def suggested(client: PageClient) -> list[str]:
    """What home offers as asked for most, in its order."""
    list_of_home = parse(client.get("/")).get_element_by_id("suggested").getparent()
    return [text for text in NAMES if text in list_of_home.text_content()]


NAMES = ("Vida laboral", "Puntos", "Trámite raro")


def test_home_offers_the_editors_choice_first_and_then_what_is_begun_most(client: PageClient) -> None:
    a_version("dgt/puntos", name_es="Puntos")
    a_version("dgt/rara", name_es="Trámite raro")
    featured(a_version("tgss/vida-laboral", name_es="Vida laboral"), 1)
    assert suggested(client) == ["Vida laboral"]
    Popularity.objects.replace({"dgt/rara": 1, "dgt/puntos": 7, "dgt/nada": 9})
    codes = [offer.code for offer in published().suggested]
    assert codes == ["tgss/vida-laboral", "dgt/puntos", "dgt/rara"]
    assert suggested(client) == list(NAMES)


def test_home_offers_at_most_so_many(client: PageClient) -> None:
    for number in range(MAX_SUGGESTED + 2):
        featured(a_version(f"dgt/n{number}", name_es=f"Número {number}"), number + 1)
    shown = parse(client.get("/")).get_element_by_id("suggested").getparent().text_content()
    assert [f"Número {number}" in shown for number in range(MAX_SUGGESTED + 2)] == [True] * MAX_SUGGESTED + [False] * 2


def test_what_is_unfinished_stands_first_on_home(client: PageClient) -> None:
    an_access(a_device(client), featured(a_version(), 1))
    text = client.get("/").text
    text = text[text.index('<main id="main"') :]
    places = [text.index(part) for part in ('id="unfinished"', 'id="q"', 'href="/identificacion/"')]
    assert places == sorted(places)


def test_home_shows_the_latest_that_is_unfinished_and_then_is_private(client: PageClient) -> None:
    device, version = a_device(client), a_version()
    for _time in range(MAX_UNFINISHED + 2):
        latest = an_access(device, version)
    page = client.get("/")
    links = [link.get("href") for link in main_of(page).iter("a") if "/accesos/" in (link.get("href") or "")]
    assert links[0] == f"/accesos/{latest.pk}/"
    assert len([link for link in links if link != "/accesos/"]) == MAX_UNFINISHED
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
