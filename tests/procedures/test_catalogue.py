"""Entities and procedures: fixed slugs, DIR3 codes, clones, contacts."""

import pytest
from django.core.exceptions import ValidationError

from procedures.models import Entity
from tests.factories import a_version
from tests.pages import PageClient, parse, text_of

pytestmark = pytest.mark.django_db


def test_the_slug_of_what_was_published_is_fixed() -> None:
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
def test_a_malformed_dir3_code_is_refused(code: str) -> None:
    entity = Entity(slug="ine", name="INE", short_name="INE", monogram="INE", dir3=code)
    with pytest.raises(ValidationError) as refused:
        entity.full_clean()
    assert set(refused.value.message_dict) == {"dir3"}


@pytest.mark.parametrize("code", ["", "E00130502", "EA0040718", "L01280796"])
def test_a_wellformed_dir3_code_is_accepted(code: str) -> None:
    entity = Entity(slug="ine", name="INE", short_name="INE", monogram="INE", dir3=code)
    entity.full_clean()
    assert entity.dir3 == code


def test_a_clone_starts_with_a_draft_of_the_same_texts() -> None:
    version = a_version()
    other = Entity.objects.create(slug="ine", name_es="INE", short_name_es="INE", monogram="INE")
    copy = version.procedure.clone(other, "puntos")
    draft = copy.versions.get()
    assert (copy.code, draft.state, draft.number, str(draft.name)) == ("ine/puntos", "draft", 1, "Mis puntos")
    with pytest.raises(ValidationError):
        version.procedure.clone(other, "puntos")


def test_the_contact_of_an_entity_is_on_its_page(client: PageClient) -> None:
    entity = a_version().procedure.entity
    entity.contact = "060 o info@dgt.example"
    entity.save()
    page = client.get("/tramites/dgt/")
    assert "Contacto: 060" in text_of(page)
    assert parse(page).xpath("//a[@href='mailto:info@dgt.example']")
