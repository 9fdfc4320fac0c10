"""Retired procedures: their address says so and leads to their replacement."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from procedures.models import Procedure
from procedures.page_cache import _pages
from procedures.published_catalogue import forget_published
from tests.factories import a_version
from tests.pages import PageClient, parse, step_of, text_of

pytestmark = pytest.mark.django_db
PATH = "/tramites/dgt/puntos/"


def replace(old: Procedure, new: Procedure) -> None:
    old.replaced_by = new
    old.full_clean()
    old.save()


def test_a_procedure_that_was_never_published_is_not_found(client: PageClient) -> None:
    version = a_version("dgt/otro")
    Procedure.objects.create(entity=version.procedure.entity, slug="puntos")
    assert client.get(PATH).status_code == 404
    assert client.get(f"{PATH}empezar/").status_code == 404


@pytest.mark.parametrize("path", [PATH, f"{PATH}empezar/"])
def test_a_retired_procedure_is_gone_and_says_so(client: PageClient, path: str) -> None:
    a_version().retire()
    page = client.get(path)
    assert page.status_code == 410
    assert step_of(page) == "retired"
    assert "«Mis puntos», de Tráfico, ha terminado" in text_of(page)


def test_the_chain_of_replacements_leads_to_the_first_that_is_offered(client: PageClient) -> None:
    old = a_version()
    entity = old.procedure.entity
    between = Procedure.objects.create(entity=entity, slug="intermedio")
    ended = a_version("dgt/tambien-acabado")
    offered = a_version("dgt/nuevo")
    beyond = a_version("dgt/aun-mas-nuevo")
    replace(offered.procedure, beyond.procedure)
    replace(ended.procedure, offered.procedure)
    replace(between, ended.procedure)
    replace(old.procedure, between)
    ended.retire()
    old.retire()
    links = [link.get("href") for link in parse(client.get(PATH)).find_class("row")]
    assert links == ["/tramites/dgt/nuevo/"]


def test_a_procedure_cannot_replace_itself_even_through_others() -> None:
    one, two, three = (a_version(f"dgt/{name}").procedure for name in ("uno", "dos", "tres"))
    replace(one, two)
    replace(two, three)
    for last in (three, two, one):
        three.replaced_by = last
        with pytest.raises(ValidationError, match="sustituirse a sí mismo"):
            three.full_clean()


def test_a_circle_made_by_two_editors_at_once_does_no_harm(client: PageClient) -> None:
    one, two = a_version(), a_version("dgt/otro")
    one.retire()
    two.retire()
    Procedure.objects.filter(pk=one.procedure_id).update(replaced_by=two.procedure)
    Procedure.objects.filter(pk=two.procedure_id).update(replaced_by=one.procedure)
    assert client.get(PATH).status_code == 410


def test_pages_of_retired_procedures_are_cached(
    client: PageClient, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_version().retire()
    settings.CATALOGUE_SEEN_SECONDS = 60
    forget_published()
    _pages.pages.clear()
    first = client.get(PATH)
    assert [key[0] for key in _pages.pages] == [PATH]
    with django_assert_num_queries(0):
        again = client.get(PATH)
    _pages.pages.clear()
    assert (first.status_code, again.status_code, again.content) == (410, 410, first.content)
    assert "no-store" not in again.headers.get("Cache-Control", "")
