"""The fixtures of life events and synonyms: loaded once, complete in every language, refused when wrong."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from procedures.models import CatalogueStamp, LifeEvent, Procedure, Synonym
from procedures.published_catalogue import published
from procedures.transfer.fixtures import load_fixtures
from procedures.transfer.formats.toml import LIFE_EVENTS, SYNONYMS, FixtureError
from tests.procedures.transfer.fixture_files import change

pytestmark = pytest.mark.django_db


def test_loading_creates_the_life_events_and_synonyms_once() -> None:
    loaded = load_fixtures()
    assert (loaded.life_events, LifeEvent.objects.count()) == (8, 8)
    assert loaded.synonyms == Synonym.objects.count() > 100
    stamp = CatalogueStamp.current()
    again = load_fixtures()
    assert (again.life_events, again.synonyms) == (0, 0)
    assert CatalogueStamp.current() == stamp


def test_every_text_exists_and_differs_in_every_language() -> None:
    load_fixtures()
    for event in LifeEvent.objects.prefetch_related("steps"):
        assert 3 <= len(event.steps.all()) <= 8, event.slug
        rows: list[tuple[Any, str]] = [(event, "name"), (event, "summary")]
        rows += [(step, "note") for step in event.steps.all()]
        for row, name in rows:
            spanish, english = getattr(row, f"{name}_es"), getattr(row, f"{name}_en")
            assert len({spanish, english} - {"", None}) == 2, (event.slug, name)


def test_every_synonym_of_the_files_finds_something() -> None:
    load_fixtures()
    for synonym in Synonym.objects.all():
        with translation.override(synonym.language):
            assert published().search(synonym.said), synonym.said


def test_changes_of_the_files_are_loaded_and_those_of_editors_stay(folder: Path) -> None:
    load_fixtures(folder)
    LifeEvent.objects.filter(slug="me-jubilo").update(name_es="Me retiro")
    change(folder, LIFE_EVENTS, 'name.es = "Me mudo"', 'name.es = "Cambio de casa"')
    change(folder, SYNONYMS, '"fisco" = ["agencia tributaria"]', '"fisco" = ["renta"]')
    stamp = CatalogueStamp.current()
    loaded = load_fixtures(folder)
    assert (loaded.life_events, loaded.synonyms) == (1, 1)
    names = dict(LifeEvent.objects.values_list("slug", "name_es"))
    assert (names["me-jubilo"], names["me-mudo"]) == ("Me retiro", "Cambio de casa")
    assert LifeEvent.objects.get(slug="me-mudo").steps.count() == 5
    assert Synonym.objects.get(said="fisco").meant == "renta"
    assert CatalogueStamp.current() > stamp


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (LIFE_EVENTS, '"tgss/situacion-actual"', '"tgss/nada"', ("me-quede-sin-trabajo", "tgss/nada", "procedure")),
        (LIFE_EVENTS, 'icon = "baby"', 'icon = "bbay"', ("he-tenido-un-hijo", "icon", "bbay")),
        (LIFE_EVENTS, 'slug = "me-mudo"', 'slug = "me mudo"', ("me mudo", "slug")),
        (LIFE_EVENTS, 'slug = "me-mudo"', 'slug = "me-jubilo"', ("me-jubilo", "twice")),
        (LIFE_EVENTS, 'slug = "me-mudo"\n', "", ("life_event 7", "slug")),
        (LIFE_EVENTS, 'note.es = "Comprueba que la', 'nota.es = "Comprueba que la', ("me-quede-sin-trabajo", "nota")),
        (LIFE_EVENTS, 'name.es = "Me mudo"\n', "", ("me-mudo", "name")),
        (LIFE_EVENTS, "[[life_event]]", "[[life_event", ()),
        (SYNONYMS, '"fisco" = ["agencia tributaria"]', '"fisco" = "agencia tributaria"', ("es", "fisco", "list")),
        (SYNONYMS, '"fisco" = ["agencia tributaria"]', '"fisco" = [1]', ("es", "fisco")),
        (SYNONYMS, "[en]", "[xx]", ("xx",)),
        (SYNONYMS, "[en]", "[en", ()),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_position(
    folder: Path, file: str, old: str, new: str, named: tuple[str, ...]
) -> None:
    change(folder, file, old, new)
    with pytest.raises(FixtureError) as caught:
        load_fixtures(folder)
    sentence = str(caught.value)
    assert sentence.startswith(f"{file}: ")
    assert all(part in sentence for part in named), sentence
    assert not LifeEvent.objects.exists()
    assert not Procedure.objects.exists()


def test_a_catalogue_without_them_can_be_loaded(folder: Path) -> None:
    (folder / LIFE_EVENTS).unlink()
    (folder / SYNONYMS).unlink()
    loaded = load_fixtures(folder)
    assert (loaded.life_events, loaded.synonyms) == (0, 0)
    assert loaded.procedures
