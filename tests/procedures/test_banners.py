"""Banners: shown to those they are for, from one moment to another, in the language of the page."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from guides.question_search import find_questions
from procedures import page_cache
from procedures.banners import MAX_SHOWN
from procedures.models import Banner, CatalogueStamp, Entity, Stamp
from procedures.published_catalogue import forget_published, published
from procedures.tasks import apply_switch_expiry
from tests.factories import a_device, a_user, a_validation, a_version
from tests.pages import PageClient, main_of

pytestmark = pytest.mark.django_db

PAGES = {
    "everybody": [
        "/",
        "/tramites/",
        "/descargas/",
        "/ayuda/",
        "/usuarios/",
        "/accesos/",
        "/tramites/dgt/puntos/empezar/",
    ],
    "catalogue": ["/", "/tramites/", "/tramites/?q=a", "/tramites/dgt/", "/tramites/dgt/puntos/", "/situaciones/"],
    "identifying": ["/identificacion/", "/tramites/dgt/puntos/empezar/"],
    "downloads": ["/descargas/"],
    "entity": ["/tramites/dgt/", "/tramites/dgt/puntos/", "/tramites/dgt/puntos/empezar/"],
}
ALL = sorted({path for paths in PAGES.values() for path in paths})


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    a_version()


def a_banner(text: str = "Esta noche no hay servicio.", **fields: Any) -> Banner:
    now = timezone.now()
    if fields.get("audience") == "entity" and "entity" not in fields:
        fields["entity"] = Entity.objects.get()
    values = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1), "is_announced": True}
    banner = Banner.objects.create(text_es=text, **{**values, **fields})
    CatalogueStamp.bump(Stamp.AVAILABILITY)
    forget_published()
    published()
    return banner


def shown(client: PageClient, path: str) -> list[str]:
    notes = main_of(client.get(path)).xpath("//section[@aria-label='Avisos del portal']/p")
    return [" ".join(note.text_content().split()) for note in notes]


@pytest.mark.parametrize("audience", PAGES)
def test_a_banner_is_shown_to_those_it_is_for_and_to_nobody_else(client: PageClient, audience: str) -> None:
    a_banner(audience=audience)
    seen = [path for path in ALL if shown(client, path)]
    expected = ALL if audience == "everybody" else PAGES[audience]
    assert seen == sorted(expected)


def test_whoever_identifies_is_told_at_the_steps_too(client: PageClient) -> None:
    a_banner(audience="identifying")
    device = a_device(client)
    validation = a_validation(device, a_user(device))
    assert shown(client, f"/clave/{validation.pk}/metodo/")


def test_another_entitys_banner_is_not_shown(client: PageClient) -> None:
    other = Entity.objects.create(slug="aeat", name_es="Agencia", short_name_es="AEAT", monogram="AE")
    a_banner(audience="entity", entity=other)
    assert not shown(client, "/tramites/dgt/")


def test_english_falls_back_to_spanish(client: PageClient, settings: Settings) -> None:
    a_banner("Esta noche no.")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    path = "/tramites/"
    assert "Esta noche no." in client.get(path).content.decode()
    Banner.objects.update(text_en="No service tonight.")
    CatalogueStamp.bump(Stamp.AVAILABILITY)
    assert "No service tonight." in client.get(path).content.decode()


def test_a_link_leads_to_a_page_of_the_portal(client: PageClient) -> None:
    a_banner(link="/ayuda/sms/")
    (link,) = main_of(client.get("/tramites/")).xpath("//section[@aria-label='Avisos del portal']//a/@href")
    assert link == "/ayuda/sms/"


@pytest.mark.parametrize(
    "link", ["https://evil.example/", "//evil.example/", "/nada/", "javascript:1", "ayuda", "/gestion/"]
)
def test_a_link_that_leads_elsewhere_or_nowhere_is_refused(link: str) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError) as refused:
        Banner(text="a", link=link, starts_at=now, ends_at=now + timedelta(hours=1)).full_clean()
    assert set(refused.value.message_dict) >= {"link"}


def test_a_banner_that_ends_before_it_begins_is_refused() -> None:
    now = timezone.now()
    with pytest.raises(ValidationError) as refused:
        Banner(text="a", starts_at=now, ends_at=now, audience="entity").full_clean()
    assert set(refused.value.message_dict) >= {"ends_at", "entity"}


def test_a_text_is_never_markup(client: PageClient) -> None:
    a_banner("<script>alert(1)</script>")
    assert shown(client, "/tramites/") == ["<script>alert(1)</script>"]


def test_warnings_come_first_and_few_are_shown_at_once(client: PageClient) -> None:
    for number in range(3):
        a_banner(f"Aviso {number}")
    a_banner("Cuidado", tone="warning")
    told = shown(client, "/tramites/")
    assert told[0] == "Cuidado"
    assert len(told) == MAX_SHOWN


def test_one_that_begins_and_ends_is_seen_on_pages_kept_whole(
    client: PageClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "_pages", page_cache._Pages())
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    begins = timezone.now() + timedelta(hours=1)
    a_banner(starts_at=begins, ends_at=begins + timedelta(hours=1), is_announced=False)
    assert not shown(client, "/tramites/")
    assert apply_switch_expiry.call() == 0
    for hours, is_told in ((1.5, True), (2.5, False)):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            before = CatalogueStamp.current(Stamp.AVAILABILITY)
            assert (apply_switch_expiry.call(), apply_switch_expiry.call()) == (1, 0)
            assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 1
            assert bool(shown(client, "/tramites/")) == is_told
    forget_published()


def test_they_cost_no_query(
    client: PageClient, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_banner(audience="entity")
    a_banner()
    settings.CATALOGUE_SEEN_SECONDS = 3600
    find_questions()
    published()
    with django_assert_num_queries(0):
        assert shown(client, "/tramites/dgt/")
        assert shown(client, "/ayuda/")


def test_a_page_asks_for_no_catalogue_to_have_them(
    client: PageClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_banner()
    find_questions()
    forget_published()
    with django_assert_num_queries(0):
        assert not shown(client, "/ayuda/")


@pytest.mark.parametrize("path", ["/sin-conexion/", "/aplicacion/"])
def test_a_page_that_browsers_keep_has_none(client: PageClient, path: str) -> None:
    a_banner()
    assert not shown(client, path)
