"""What is done on other sites: found by the search, with who does it and the official page."""

from typing import Any

import pytest
from django.db import IntegrityError

from procedures.models import CatalogueStamp, ExternalService, ZeroResultSearch
from procedures.published_catalogue import forget_published
from tests.factories import a_version
from tests.pages import HTMX, PageClient, main_of, parse, text_of

pytestmark = pytest.mark.django_db


def a_service(**fields: Any) -> ExternalService:
    """Create a service of another site, and publish it."""
    texts = {
        "name_es": "Renovar el DNI",
        "name_en": "Renew the DNI",
        "body_es": "Policía Nacional",
        "summary_es": "Se hace en persona, con cita previa.",
        "keywords_es": "cita previa DNI\ncarnet de identidad",
    }
    service = ExternalService.objects.create(**{"slug": "dni", "url": "https://www.dni.test/cita", **texts, **fields})
    CatalogueStamp.bump()
    forget_published()
    return service


def elsewhere(client: PageClient, query: str) -> list[str]:
    """Return the links under "Esto se hace en otro sitio"."""
    sections = main_of(client.get("/tramites/", {"q": query})).xpath("//section[@aria-labelledby='elsewhere']")
    return [link.get("href") for link in sections[0].xpath("./ul/li/a")] if sections else []


def test_a_search_for_what_no_body_offers_names_who_does_it_and_leads_there(client: PageClient) -> None:
    service = a_service()
    for query in ("renovar dni", "RENOVAR EL DNÍ", "cita previa", "carnet de identidad", "renobar dni"):
        assert elsewhere(client, query) == [service.url], query
    page = client.get("/tramites/", {"q": "cita previa"})
    for text in ("Esto se hace en otro sitio", "Policía Nacional · dni.test", "Se hace en persona, con cita previa."):
        assert text in text_of(page)
    assert "No hay ningún trámite" not in text_of(page)
    (link,) = main_of(page).xpath("//section[@aria-labelledby='elsewhere']//a")
    assert link.get("rel") == "noopener noreferrer"


def test_it_comes_below_the_procedures_that_match_and_nowhere_without_a_match(client: PageClient) -> None:
    a_version("dgt/permiso", name_es="Mi carnet de conducir")
    a_service(slug="carnet", name_es="Renovar el carnet de conducir", keywords_es="")
    text = text_of(client.get("/tramites/", {"q": "carnet conducir"}))
    assert text.index("Mi carnet de conducir") < text.index("Esto se hace en otro sitio")
    for query in ("", "zapatos"):
        assert not elsewhere(client, query)


def test_a_hidden_one_is_not_found(client: PageClient) -> None:
    a_service(is_shown=False)
    assert not elsewhere(client, "renovar dni")


def test_a_search_that_finds_one_is_not_counted_as_in_vain(client: PageClient) -> None:
    a_service()
    client.get("/tramites/", {"q": "renovar dni"})
    assert not ZeroResultSearch.objects.exists()


def test_a_slip_of_the_keys_is_proposed(client: PageClient) -> None:
    a_service()
    page = client.get("/tramites/", {"q": "identificad"})
    assert "¿Querías decir…?" in text_of(page)


def test_it_is_found_in_the_language_of_the_page_and_while_typing(client: PageClient) -> None:
    a_service()
    client.get("/idioma/?to=en")
    page = client.get("/tramites/", {"q": "renew"}, headers=HTMX)
    assert "Renew the DNI" in parse(page).text_content()


def test_slugs_are_unique() -> None:
    a_service()
    with pytest.raises(IntegrityError):
        a_service()
