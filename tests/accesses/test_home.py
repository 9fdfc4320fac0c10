"""Home: unfinished accesses and suggested procedures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesses.models import Access, Favourite, State
from accesses.views.home import MAX_LIFE_EVENTS, MAX_SUGGESTED, MAX_UNFINISHED
from procedures.models import LifeEvent, LifeEventStep, Popularity, Procedure, ProcedureVersion
from procedures.published_catalogue import forget_published, published
from tests.factories import a_device, a_version, an_access
from tests.pages import PageClient, main_of, parse, text_of

pytestmark = pytest.mark.django_db


def featured(version: ProcedureVersion, order: int) -> ProcedureVersion:
    """Feature the version's procedure on home."""
    Procedure.objects.filter(pk=version.procedure_id).update(featured_order=order)
    forget_published()
    return version


def suggested(client: PageClient) -> list[str]:
    """Return the names that home suggests, in the order of ``NAMES``."""
    list_of_home = parse(client.get("/")).get_element_by_id("suggested").getparent()
    return [text for text in NAMES if text in list_of_home.text_content()]


NAMES = ("Vida laboral", "Puntos", "Trámite raro")


def test_home_suggests_featured_procedures_first_and_then_the_most_popular(client: PageClient) -> None:
    a_version("dgt/puntos", name_es="Puntos")
    a_version("dgt/rara", name_es="Trámite raro")
    featured(a_version("tgss/vida-laboral", name_es="Vida laboral"), 1)
    assert suggested(client) == ["Vida laboral"]
    Popularity.objects.replace({"dgt/rara": 1, "dgt/puntos": 7, "dgt/nada": 9})
    codes = [offer.code for offer in published().suggested]
    assert codes == ["tgss/vida-laboral", "dgt/puntos", "dgt/rara"]
    assert suggested(client) == list(NAMES)


def test_home_limits_its_suggestions(client: PageClient) -> None:
    for number in range(MAX_SUGGESTED + 2):
        featured(a_version(f"dgt/n{number}", name_es=f"Número {number}"), number + 1)
    shown = parse(client.get("/")).get_element_by_id("suggested").getparent().text_content()
    assert [f"Número {number}" in shown for number in range(MAX_SUGGESTED + 2)] == [True] * MAX_SUGGESTED + [False] * 2


OFFERED = ("q", "/identificacion/", "suggested", "entities", "life-events")
"""What home offers to everybody, in its order."""


def order_on_home(client: PageClient) -> list[str]:
    """Return the parts of home in the order in which they stand, by id or link."""
    wanted = {"unfinished", "favourites", "recents", *OFFERED}
    nodes = main_of(client.get("/")).iter()
    return [name for node in nodes for name in (node.get("id"), node.get("href")) if name in wanted]


def test_a_newcomer_sees_search_identification_most_asked_bodies_and_life_events(client: PageClient) -> None:
    step_of_life(featured(a_version(), 1))
    assert order_on_home(client) == list(OFFERED)


def test_unfinished_accesses_then_favourites_and_recents_come_before_the_search(client: PageClient) -> None:
    device = a_device(client)
    unfinished, favourite, used = (a_version(code) for code in ("dgt/puntos", "dgt/permiso", "dgt/multas"))
    step_of_life(featured(a_version("tgss/vida-laboral"), 1))
    an_access(device, used)
    Access.objects.update(state=State.DONE)
    an_access(device, unfinished)
    Favourite.objects.create(device=device, procedure=favourite.procedure)
    assert order_on_home(client) == ["unfinished", "favourites", "recents", *OFFERED]


def step_of_life(version: ProcedureVersion) -> None:
    """Have a life event that requires the version's procedure."""
    event = LifeEvent.objects.create(slug="me-mudo", icon="truck", name_es="Me mudo", summary_es="Todo.")
    LifeEventStep.objects.create(life_event=event, procedure=version.procedure, note_es="Sí.")
    forget_published()


def test_an_unfinished_access_says_how_long_it_can_be_continued(client: PageClient) -> None:
    access = an_access(a_device(client), a_version())
    Access.objects.filter(pk=access.pk).update(expires_at=timezone.now() + timedelta(hours=5, minutes=10))
    assert "falta identificarse; caduca en 5 horas" in text_of(client.get("/"))


def test_life_events_on_home_are_limited(client: PageClient) -> None:
    version = a_version()
    for number in range(MAX_LIFE_EVENTS + 1):
        event = LifeEvent.objects.create(slug=f"e{number}", icon="truck", name_es=f"Suceso {number}", summary_es="Sí.")
        LifeEventStep.objects.create(life_event=event, procedure=version.procedure, note_es="Sí.")
    forget_published()
    links = [link.get("href") for link in main_of(client.get("/")).iter("a")]
    assert len([link for link in links if link.startswith("/situaciones/e")]) == MAX_LIFE_EVENTS
    assert "/situaciones/" in links


def test_home_shows_the_latest_unfinished_accesses_and_is_private_then(client: PageClient) -> None:
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


def test_discarded_and_finished_accesses_are_not_on_home(client: PageClient) -> None:
    device, version = a_device(client), a_version()
    an_access(device, version).discard()
    done = an_access(device, version)
    type(done).objects.filter(pk=done.pk).update(state=State.DONE)
    assert "/accesos/" not in client.get("/").text
