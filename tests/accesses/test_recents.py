"""Recent procedures of a device: derived from its accesses, and removed on demand."""

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


def use(device: Device, version: ProcedureVersion, minutes_ago: int = 0, state: State = State.DONE) -> Access:
    access = an_access(device, version)
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    Access.objects.filter(pk=access.pk).update(state=state, created_at=moment)
    return access


def recents(client: PageClient) -> list[str]:
    """Return the procedures under "Usados hace poco" on home."""
    sections = main_of(client.get("/")).xpath("//section[@aria-labelledby='recents']")
    return [row.findtext(".//b") for row in sections[0].xpath("./ul/li")] if sections else []


def named(count: int) -> list[ProcedureVersion]:
    return [a_version(f"dgt/tramite-{number}", name_es=f"Trámite {number}") for number in range(count)]


def test_recents_are_listed_latest_first_without_repeats_and_limited(client: PageClient, device: Device) -> None:
    versions = named(MAX_RECENTS + 2)
    for minutes_ago, version in enumerate(versions):
        use(device, version, minutes_ago + 1)
        use(device, version, minutes_ago + 60)
    assert recents(client) == [f"Trámite {number}" for number in range(MAX_RECENTS)]
    use(device, versions[-1])
    assert recents(client)[:2] == [f"Trámite {MAX_RECENTS + 1}", "Trámite 0"]


def test_discarded_accesses_and_those_of_other_devices_are_not_shown(client: PageClient, device: Device) -> None:
    first, second = named(2)
    use(device, first, state=State.DISCARDED)
    use(a_device(token="o" * 43), second)
    assert recents(client) == []


def test_unfinished_and_favourite_procedures_are_not_repeated_among_recents(client: PageClient, device: Device) -> None:
    unfinished, marked, other = named(3)
    an_access(device, unfinished)
    for version in (marked, other):
        use(device, version)
    Favourite.objects.add(device, marked.procedure)
    assert recents(client) == ["Trámite 2"]
    headings = [heading.get("id") for heading in main_of(client.get("/")).iter("h2")]
    assert headings == ["unfinished", "favourites", "recents", "entities"]


def test_a_procedure_that_is_no_longer_offered_is_not_shown(client: PageClient, device: Device) -> None:
    version = a_version()
    use(device, version)
    assert recents(client) == ["Mis puntos"]
    ProcedureVersion.objects.filter(pk=version.pk).update(state="retired")
    forget_published()
    assert recents(client) == []


def test_a_procedure_used_in_an_earlier_version_is_shown_in_its_current_one(client: PageClient, device: Device) -> None:
    version = a_version()
    use(device, version)
    draft = version.copy_to_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_es="Tu saldo")
    draft.publish()
    use(device, ProcedureVersion.objects.get(pk=draft.pk))
    assert recents(client) == ["Tu saldo"]


def test_a_removed_procedure_stays_off_the_list_until_it_is_started_again(client: PageClient, device: Device) -> None:
    for version in named(2):
        use(device, version, minutes_ago=5)
    home = client.submit(client.get("/"), button=f"{REMOVE}: Trámite 0", follow=True)
    assert (step_of(home), "«Trámite 0» ya no está entre los recientes" in home.text) == ("home", True)
    assert recents(client) == ["Trámite 1"]
    assert Access.objects.count() == 2
    use(device, ProcedureVersion.objects.get(procedure__slug="tramite-0"))
    assert recents(client) == ["Trámite 0", "Trámite 1"]


def test_nobody_takes_anything_off_the_list_of_another_device(client: PageClient, device: Device) -> None:
    version = a_version()
    use(device, version)
    path = "/tramites/dgt/puntos/quitar-de-recientes/"
    for stranger in (PageClient(), PageClient()):
        assert stranger.post(path).status_code == 302
    assert recents(client) == ["Mis puntos"]
    assert client.get(path).status_code == 405
    assert client.post("/tramites/dgt/nada/quitar-de-recientes/").status_code == 404


def test_home_with_recents_is_private(client: PageClient, device: Device) -> None:
    use(device, a_version())
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-store, private"
    assert parse(page).find("body").get("hx-history") == "false"
