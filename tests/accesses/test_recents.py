"""What was used lately on a device: derived from its accesses, and taken off the list on demand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesses.models import Access, Favourite, State
from accesses.views.home import MAX_RECENTS
from accounts.models import Device
from procedures.models import ProcedureVersion
from procedures.published_catalogue import forget_published
from tests.factories import a_device, a_version, an_access
from tests.pages import PageClient, main_of, parse, step_of

pytestmark = pytest.mark.django_db

REMOVE = "Quitar de recientes"


@pytest.fixture
def device(client: PageClient) -> Device:
    return a_device(client)


def used(device: Device, version: ProcedureVersion, minutes_ago: int = 0, state: State = State.DONE) -> Access:
    access = an_access(device, version)
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    Access.objects.filter(pk=access.pk).update(state=state, created_at=moment)
    return access


def recents(client: PageClient) -> list[str]:
    """The procedures under "Usados hace poco" on home."""
    sections = main_of(client.get("/")).xpath("//section[@aria-labelledby='recents']")
    return [row.findtext(".//b") for row in sections[0].xpath("./div")] if sections else []


def named(count: int) -> list[ProcedureVersion]:
    return [a_version(f"dgt/tramite-{number}", name_es=f"Trámite {number}") for number in range(count)]


def test_the_latest_come_first_each_once_and_few(client: PageClient, device: Device) -> None:
    versions = named(MAX_RECENTS + 2)
    for minutes_ago, version in enumerate(versions):
        used(device, version, minutes_ago + 1)
        used(device, version, minutes_ago + 60)
    assert recents(client) == [f"Trámite {number}" for number in range(MAX_RECENTS)]
    used(device, versions[-1])
    assert recents(client)[:2] == [f"Trámite {MAX_RECENTS + 1}", "Trámite 0"]


def test_what_is_discarded_or_of_another_device_is_not_shown(client: PageClient, device: Device) -> None:
    first, second = named(2)
    used(device, first, state=State.DISCARDED)
    used(a_device(token="o" * 43), second)
    assert recents(client) == []


def test_what_is_unfinished_or_marked_stands_above_and_nowhere_else(client: PageClient, device: Device) -> None:
    unfinished, marked, other = named(3)
    an_access(device, unfinished)
    for version in (marked, other):
        used(device, version)
    Favourite.objects.add(device, marked.procedure)
    assert recents(client) == ["Trámite 2"]
    headings = [heading.get("id") for heading in main_of(client.get("/")).iter("h2")]
    assert headings == ["unfinished", "favourites", "recents", "entities"]


def test_a_procedure_that_is_no_longer_offered_is_not_shown(client: PageClient, device: Device) -> None:
    version = a_version()
    used(device, version)
    assert recents(client) == ["Mis puntos"]
    ProcedureVersion.objects.filter(pk=version.pk).update(state="retired")
    forget_published()
    assert recents(client) == []


def test_a_procedure_used_in_an_earlier_version_is_shown_as_it_is_now(client: PageClient, device: Device) -> None:
    version = a_version()
    used(device, version)
    draft = version.copy_to_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_es="Tu saldo")
    draft.publish()
    used(device, ProcedureVersion.objects.get(pk=draft.pk))
    assert recents(client) == ["Tu saldo"]


def test_taken_off_the_list_it_stays_off_until_it_is_begun_again(client: PageClient, device: Device) -> None:
    for version in named(2):
        used(device, version, minutes_ago=5)
    home = client.submit(client.get("/"), button=f"{REMOVE}: Trámite 0", follow=True)
    assert (step_of(home), "«Trámite 0» ya no está entre los recientes" in home.text) == ("home", True)
    assert recents(client) == ["Trámite 1"]
    assert Access.objects.count() == 2
    used(device, ProcedureVersion.objects.get(procedure__slug="tramite-0"))
    assert recents(client) == ["Trámite 0", "Trámite 1"]


def test_nobody_takes_anything_off_the_list_of_another_device(client: PageClient, device: Device) -> None:
    version = a_version()
    used(device, version)
    path = "/tramites/dgt/puntos/quitar-de-recientes/"
    for stranger in (PageClient(), PageClient()):
        assert stranger.post(path).status_code == 302
    assert recents(client) == ["Mis puntos"]
    assert client.get(path).status_code == 405
    assert client.post("/tramites/dgt/nada/quitar-de-recientes/").status_code == 404


def test_home_with_recents_is_private(client: PageClient, device: Device) -> None:
    used(device, a_version())
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-store, private"
    assert parse(page).find("body").get("hx-history") == "false"
