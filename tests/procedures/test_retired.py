"""What has ended: its address says so, and leads to what there is in its place."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses.models import Access, State
from accesses.running import run_once
from procedures.models import Procedure
from procedures.models.catalogue import Entity
from procedures.page_cache import _pages
from procedures.published_catalogue import forget_published
from tests.factories import a_device, a_queued_access, a_version, an_access
from tests.live_sandbox import LiveSandbox
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
def test_what_was_retired_is_gone_and_says_so(client: PageClient, path: str) -> None:
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


def test_a_procedure_cannot_come_to_replace_itself() -> None:
    one, two, three = (a_version(f"dgt/{name}").procedure for name in ("uno", "dos", "tres"))
    replace(one, two)
    replace(two, three)
    for last in (three, two, one):
        three.replaced_by = last
        with pytest.raises(ValidationError, match="sustituirse a sí mismo"):
            three.full_clean()


def test_a_circle_that_two_editors_made_at_once_hangs_nothing(client: PageClient) -> None:
    one, two = a_version(), a_version("dgt/otro")
    one.retire()
    two.retire()
    Procedure.objects.filter(pk=one.procedure_id).update(replaced_by=two.procedure)
    Procedure.objects.filter(pk=two.procedure_id).update(replaced_by=one.procedure)
    assert client.get(PATH).status_code == 410


def test_what_has_ended_is_answered_from_memory_too(
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


def test_what_was_begun_on_a_version_goes_on_to_its_end(client: PageClient, live_sandbox: LiveSandbox) -> None:
    version = a_version()
    device = a_device(client)
    started, queued = an_access(device, version), a_queued_access(device, version)
    version.retire()
    assert step_of(client.get(f"/accesos/{started.pk}/usuario/", follow=True)) == "new_user"
    run_once(queued.pk)
    assert Access.objects.get(pk=queued.pk).state == State.DONE
    assert "Mis puntos" in client.get(f"/accesos/{queued.pk}/resultado/").text


def test_the_address_of_what_people_know_does_not_change() -> None:
    version = a_version()
    procedure, entity = version.procedure, version.procedure.entity
    entity.monogram = "DGT"
    for row in (procedure, entity):
        row.slug = "otra"
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) == {"slug"}
    fresh = Entity.objects.create(slug="ine", name_es="INE", short_name_es="INE", monogram="INE")
    fresh.slug = "otro"
    fresh.full_clean()


@pytest.mark.parametrize("code", ["E0013050", "123456789", "e00130502", "EAA040718", "E001305022"])
def test_a_dir3_code_has_its_form(code: str) -> None:
    entity = Entity(slug="ine", name="INE", short_name="INE", monogram="INE", dir3=code)
    with pytest.raises(ValidationError) as refused:
        entity.full_clean()
    assert set(refused.value.message_dict) == {"dir3"}


@pytest.mark.parametrize("code", ["", "E00130502", "EA0040718", "L01280796"])
def test_a_dir3_code_that_could_be_is_taken(code: str) -> None:
    Entity(slug="ine", name="INE", short_name="INE", monogram="INE", dir3=code).full_clean()


def test_a_clone_begins_with_a_draft_of_the_same() -> None:
    version = a_version()
    other = Entity.objects.create(slug="ine", name_es="INE", short_name_es="INE", monogram="INE")
    copy = version.procedure.clone(other, "puntos")
    draft = copy.versions.get()
    assert (copy.code, draft.state, draft.number, str(draft.name)) == ("ine/puntos", "draft", 1, "Mis puntos")
    with pytest.raises(ValidationError):
        version.procedure.clone(other, "puntos")


def test_an_entitys_contact_stands_on_its_page(client: PageClient) -> None:
    entity = a_version().procedure.entity
    entity.contact = "060 o info@dgt.example"
    entity.save()
    page = client.get("/tramites/dgt/")
    assert "Contacto: 060" in text_of(page)
    assert parse(page).xpath("//a[@href='mailto:info@dgt.example']")
