"""The fixtures of other sites' services: loaded once, complete in every language, refused when wrong, and found."""

from pathlib import Path

import pytest
from django.utils import translation

from procedures.models import ExternalService, Procedure
from procedures.published_catalogue import forget_published, published
from procedures.transfer.fixtures import load_fixtures
from procedures.transfer.formats.toml import EXTERNAL_SERVICES, FixtureError
from procedures.views import MAX_EXTERNAL_SERVICES
from tests.procedures.transfer.fixture_files import change

pytestmark = pytest.mark.django_db


def test_the_files_are_loaded_once_and_what_editors_changed_stays() -> None:
    loaded = load_fixtures()
    assert loaded.external_services == ExternalService.objects.count() >= 12
    ExternalService.objects.filter(slug="padron").update(name_es="Empadronarse")
    assert load_fixtures().external_services == 0
    assert ExternalService.objects.filter(slug="padron", name_es="Empadronarse").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('slug = "padron"', 'slug = "pasaporte"', "pasaporte stands there twice"),
        ("[[service]]", "[[servicio]]", "servicio is not known"),
        ("https://administracion.gob.es", "http://administracion.gob.es", "service padron"),
        ('body.es = "Tu ayuntamiento"', "", "service padron"),
        ('body.es = "Tu ayuntamiento"', 'bodi.es = "Tu ayuntamiento"', "bodi is not known"),
    ],
)
def test_a_wrong_file_is_refused_whole(folder: Path, old: str, new: str, told: str) -> None:
    change(folder, EXTERNAL_SERVICES, old, new)
    with pytest.raises(FixtureError, match=told):
        load_fixtures(folder)
    assert not ExternalService.objects.exists()
    assert not Procedure.objects.exists()


def test_every_text_of_the_files_exists_in_every_language() -> None:
    load_fixtures()
    for service in ExternalService.objects.all():
        assert service.url.startswith("https://"), service.slug
        for field in ("name", "body", "summary", "keywords"):
            spanish, english = getattr(service, f"{field}_es"), getattr(service, f"{field}_en")
            assert len({spanish, english} - {"", None}) == 2, (service.slug, field)


@pytest.mark.parametrize(
    ("language", "query", "slug"),
    [
        ("es", "cita previa", "renovar-dni"),
        ("es", "cita previa dni", "renovar-dni"),
        ("es", "renovar dni", "renovar-dni"),
        ("es", "pasaporte", "pasaporte"),
        ("es", "padron", "padron"),
        ("es", "volante empadronamiento", "padron"),
        ("es", "certificado digital", "certificado-digital"),
        ("es", "cita medico", "cita-medico"),
        ("es", "sellar paro", "sellar-el-paro"),
        ("es", "nie", "cita-extranjeria"),
        ("en", "renew dni", "renovar-dni"),
        ("en", "appointment", "renovar-dni"),
        ("en", "digital certificate", "certificado-digital"),
        ("en", "empadronamiento", "padron"),
    ],
)
def test_what_people_search_is_found(language: str, query: str, slug: str) -> None:
    load_fixtures()
    forget_published()
    with translation.override(language):
        assert slug in [service.slug for service in published().search(query).external_services[:MAX_EXTERNAL_SERVICES]]
