"""Favourites: added on a procedure's page, listed on home, erased with the device."""

import pytest
from pytest_django.fixtures import Settings

from accesses.models import Favourite
from accounts.erasure import inventory
from accounts.models import Device
from accounts.tasks import delete_erased_devices
from procedures import page_cache
from procedures.models import Procedure, ProcedureVersion
from procedures.published_catalogue import forget_published
from tests.factories import a_device, a_version, an_access
from tests.pages import HTMX, RESTORE, PageClient, form_with, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

PAGE = "/tramites/dgt/puntos/"
QUESTION = f"{PAGE}favorito/"
STRANGER = "o" * 43


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


def favourites(client: PageClient) -> list[str]:
    """Return the procedures under "Favoritos" on home."""
    sections = main_of(client.get("/")).xpath("//section[@aria-labelledby='favourites']")
    return [row.findtext(".//b") for row in sections[0].xpath("./ul/li")] if sections else []


@pytest.mark.usefixtures("version")
def test_a_favourite_is_added_and_removed_from_its_page_without_javascript(client: PageClient) -> None:
    assert QUESTION in [link.get("href") for link in main_of(client.get(PAGE)).iter("a")]
    asked = client.get(QUESTION)
    assert (step_of(asked), parse(asked).findtext(".//h1")) == ("favourite", "¿Guardar en favoritos?")
    back = client.submit(asked, keep="yes", follow=True)
    assert (step_of(back), "«Mis puntos» está en tus favoritos" in back.text) == ("procedure", True)
    assert favourites(client) == ["Mis puntos"]
    asked = client.get(QUESTION)
    assert parse(asked).findtext(".//h1") == "¿Quitar de favoritos?"
    back = client.submit(asked, keep="no", follow=True)
    assert "«Mis puntos» ya no está en tus favoritos" in back.text
    assert favourites(client) == []


@pytest.mark.usefixtures("version")
def test_the_question_comes_as_page_fragment_and_restored_page(client: PageClient) -> None:
    whole, fragment, restored = (client.get(QUESTION, headers=headers) for headers in ({}, HTMX, RESTORE))
    assert b"<html" in whole.content
    assert b"<html" not in fragment.content
    assert b"<html" in restored.content
    assert whole.headers["Cache-Control"] == "no-store, private"


@pytest.mark.usefixtures("version")
def test_adding_a_favourite_creates_a_device_and_asking_does_not(client: PageClient) -> None:
    asked = client.get(QUESTION)
    assert not Device.objects.exists()
    client.submit(asked, keep="yes")
    assert Favourite.objects.get().device == Device.objects.get()


@pytest.mark.usefixtures("version")
def test_removing_a_favourite_creates_no_device(client: PageClient) -> None:
    client.post(QUESTION, {"keep": "no"})
    assert not Device.objects.exists()


@pytest.mark.usefixtures("version")
def test_a_favourite_added_twice_is_one(client: PageClient) -> None:
    a_device(client)
    for keep in ("yes", "yes", "no", "no", "yes"):
        assert client.post(QUESTION, {"keep": keep}).status_code == 302
    assert Favourite.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"keep": ""}, {"keep": "maybe"}, {"keep": "yes", "back": "//elsewhere.example"}])
@pytest.mark.usefixtures("version")
def test_an_invalid_answer_is_asked_again_and_changes_nothing(client: PageClient, sent: dict[str, str]) -> None:
    assert step_of(client.post(QUESTION, sent)) == "favourite"
    assert not Favourite.objects.exists()


@pytest.mark.usefixtures("version")
def test_a_procedure_that_is_not_offered_cannot_be_a_favourite(client: PageClient) -> None:
    for path in ("/tramites/dgt/nada/favorito/", "/tramites/nada/puntos/favorito/"):
        assert client.get(path).status_code == client.post(path, {"keep": "yes"}).status_code == 404
    assert not Device.objects.exists()


def test_the_star_on_home_adds_a_favourite_and_returns_to_home(client: PageClient, version: ProcedureVersion) -> None:
    access = an_access(a_device(client), version)
    type(access).objects.update(state="done")
    home = client.get("/")
    star = form_with(home, "keep", button="Guardar en favoritos")
    assert star.get("hx-post") == star.get("action") == QUESTION
    there = client.submit(home, keep="yes", button="Guardar en favoritos", follow=True)
    assert (step_of(there), favourites(client)) == ("home", ["Mis puntos"])
    there = client.submit(there, keep="no", button="Quitar de favoritos", follow=True)
    assert (step_of(there), favourites(client)) == ("home", [])


def test_favourites_are_not_repeated_among_the_suggestions(client: PageClient) -> None:
    for code, name in (("tgss/vida-laboral", "Vida laboral"), ("aeat/renta", "Renta")):
        Procedure.objects.filter(pk=a_version(code, name_es=name).procedure_id).update(featured_order=1)
    forget_published()
    assert [text_of(client.get("/")).count(name) for name in ("Renta", "Vida laboral")] == [
        2,
        2,
    ]  # its star says it too
    client.post("/tramites/tgss/vida-laboral/favorito/", {"keep": "yes"})
    del client.cookies["messages"]
    home = client.get("/")
    often = parse(home).get_element_by_id("suggested").getparent().text_content()
    assert "Renta" in often
    assert "Vida laboral" not in often
    assert parse(home).find("body").get("hx-history") == "false"
    assert "Vida laboral" in parse(PageClient().get("/")).get_element_by_id("suggested").getparent().text_content()


@pytest.mark.usefixtures("version")
def test_favourites_are_those_of_this_device_in_the_order_added(client: PageClient) -> None:
    a_version("aeat/renta", name_es="Renta")
    stranger = PageClient()
    stranger.post(QUESTION, {"keep": "yes"})
    assert favourites(client) == []
    for code in ("dgt/puntos", "aeat/renta"):
        client.post(f"/tramites/{code}/favorito/", {"keep": "yes"})
    assert favourites(client) == ["Mis puntos", "Renta"]
    client.post(QUESTION, {"keep": "no"})
    assert (favourites(client), favourites(stranger)) == (["Renta"], ["Mis puntos"])


def test_a_procedure_that_is_no_longer_offered_is_not_shown(client: PageClient, version: ProcedureVersion) -> None:
    client.post(QUESTION, {"keep": "yes"})
    ProcedureVersion.objects.filter(pk=version.pk).update(state="retired")
    forget_published()
    assert favourites(client) == []


def test_a_procedure_stays_a_favourite_in_a_new_version(client: PageClient, version: ProcedureVersion) -> None:
    client.post(QUESTION, {"keep": "yes"})
    draft = version.copy_to_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_es="Tu saldo")
    draft.publish()
    assert favourites(client) == ["Tu saldo"]


@pytest.mark.usefixtures("version")
def test_the_page_of_a_favourite_procedure_is_the_same_for_everybody(
    client: PageClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CATALOGUE_SEEN_SECONDS = 60
    monkeypatch.setattr(page_cache, "_pages", page_cache._Pages())
    client.post(QUESTION, {"keep": "yes"})
    del client.cookies["messages"]
    assert client.get(PAGE).content == PageClient().get(PAGE).content
    assert "csrfmiddlewaretoken" not in client.get(PAGE).text


def test_favourites_are_counted_on_the_device_page_and_erased_with_it(version: ProcedureVersion) -> None:
    device, other = a_device(), a_device(token=STRANGER)
    for owner in (device, other):
        Favourite.objects.add(owner, version.procedure)
    assert "1 trámite favorito" in inventory(device)
    device.mark_erased()
    delete_erased_devices.func()
    assert [favourite.device for favourite in Favourite.objects.all()] == [other]
