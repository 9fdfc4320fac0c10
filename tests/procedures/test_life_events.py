"""The pages of life events."""

import re
from typing import Any

import pytest

from procedures.models import CatalogueStamp, LifeEvent, LifeEventStep, Procedure
from procedures.published_catalogue import forget_published
from procedures.transfer.fixtures import load_fixtures
from tests.factories import a_version, close
from tests.pages import HTMX, RESTORE, PageClient, main_of, step_of, text_of

pytestmark = pytest.mark.django_db

PATH = "/situaciones/me-mudo/"


def a_life_event(*codes: str, **fields: Any) -> LifeEvent:
    """Create a life event that requires these procedures, and publish them."""
    texts = {"name_es": "Me mudo", "name_en": "I moved", "summary_es": "Que lleguen las cartas"}
    event = LifeEvent.objects.create(**{"slug": "me-mudo", "icon": "truck", **texts, **fields})
    for order, code in enumerate(codes):
        version = a_version(code, name_es=f"Trámite {code}")
        LifeEventStep.objects.create(
            life_event=event, procedure=version.procedure, order=order, note_es=f"Nota de {code}"
        )
    CatalogueStamp.bump()
    forget_published()
    return event


def links(page: Any) -> list[str]:
    return [link.get("href") for link in main_of(page).iter("a")]


def test_every_life_event_of_the_files_has_a_page(client: PageClient) -> None:
    load_fixtures()
    forget_published()
    paths = [path for path in links(client.get("/situaciones/")) if re.match(r"/situaciones/.", path)]
    assert len(paths) == 8
    assert set(paths) <= set(links(client.get("/tramites/")))
    for path in paths:
        page = client.get(path)
        assert step_of(page) == "life_event"
        assert [path for path in links(page) if path.startswith("/tramites/")]


def test_a_life_event_shows_its_steps_in_order_with_their_notes(client: PageClient) -> None:
    a_life_event("dgt/b", "aeat/a")
    page = client.get(PATH)
    assert [path for path in links(page) if path.startswith("/tramites/")] == ["/tramites/dgt/b/", "/tramites/aeat/a/"]
    assert "Nota de dgt/b" in text_of(page)


@pytest.mark.parametrize("path", ["/situaciones/", PATH])
def test_a_page_is_public_and_comes_as_page_fragment_and_restored_page(client: PageClient, path: str) -> None:
    a_life_event("dgt/b")
    whole, fragment, restored = (client.get(path, headers=headers) for headers in ({}, HTMX, RESTORE))
    assert whole.content == restored.content
    assert b"<html" not in fragment.content
    assert text_of(fragment) == text_of(whole)
    assert not whole.cookies
    assert "no-store" not in whole.headers.get("Cache-Control", "")
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("entity", [False, True])
def test_a_closed_procedure_says_so(client: PageClient, entity: bool) -> None:
    a_life_event("dgt/b")
    assert "Cerrado" not in text_of(client.get(PATH))
    procedure = Procedure.objects.get()
    close(procedure.entity if entity else procedure)
    assert "Cerrado por ahora" in text_of(client.get(PATH))


def test_a_hidden_unknown_or_empty_life_event_is_not_found(client: PageClient) -> None:
    a_life_event("dgt/b", is_shown=False)
    a_life_event(slug="vacia")
    for path in (PATH, "/situaciones/vacia/", "/situaciones/nada/", "/situaciones/%00/"):
        assert client.get(path).status_code == 404
    assert "/situaciones/" not in " ".join(links(client.get("/tramites/")))


def test_a_life_event_is_found_by_its_name(client: PageClient) -> None:
    a_life_event("dgt/b")
    assert PATH in links(client.get("/tramites/", {"q": "mudo"}))
    assert PATH not in links(client.get("/tramites/", {"q": "tramite"}))
    assert PATH in links(client.get("/tramites/", {"q": "zapatos"})), "nothing found: all of them help"
