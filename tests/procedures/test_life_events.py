"""Life events: how they are loaded, shown and edited."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from procedures.models import CatalogueStamp, LifeEvent, LifeEventStep, Procedure, Synonym
from procedures.published_catalogue import forget_published, published
from procedures.transfer.fixtures import FIXTURES, load_fixtures
from procedures.transfer.formats.toml import LIFE_EVENTS, SYNONYMS, FixtureError
from tests.backoffice.staff_users import a_staff_user, sign_in
from tests.factories import a_version, close
from tests.pages import HTMX, RESTORE, PageClient, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

PATH = "/situaciones/me-mudo/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue's files, to change."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "catalogue"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first place where a file says this."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def a_life_event(*codes: str, **fields: Any) -> LifeEvent:
    """One that takes these procedures, which are published."""
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


# --- The files -------------------------------------------------------------------------------------------------------


def test_loading_gives_the_eight_life_events_and_the_synonyms_and_again_nothing() -> None:
    loaded = load_fixtures()
    assert (loaded.life_events, LifeEvent.objects.count()) == (8, 8)
    assert loaded.synonyms == Synonym.objects.count() > 100
    stamp = CatalogueStamp.current()
    again = load_fixtures()
    assert (again.life_events, again.synonyms) == (0, 0)
    assert CatalogueStamp.current() == stamp


def test_every_text_is_there_in_every_language_and_differs() -> None:
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


def test_what_changed_in_the_file_is_loaded_and_what_an_editor_changed_stays(folder: Path) -> None:
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
def test_a_wrong_file_is_refused_with_its_name_and_the_place(
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


# --- The pages -------------------------------------------------------------------------------------------------------


def test_the_pages_of_the_files_life_events_can_be_walked(client: PageClient) -> None:
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
def test_a_page_is_public_and_whole_a_fragment_and_whole_again(client: PageClient, path: str) -> None:
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


def test_what_is_hidden_unknown_or_has_nothing_to_offer_is_not_found(client: PageClient) -> None:
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


# --- The back office -------------------------------------------------------------------------------------------------


@pytest.fixture
def editor() -> PageClient:
    client = PageClient()
    sign_in(client, a_staff_user(is_superuser=True))
    return client


def test_an_editor_makes_one_that_citizens_see_at_once(editor: PageClient, client: PageClient) -> None:
    version = a_version()
    page = editor.get("/gestion/procedures/lifeevent/add/")
    form = next(form for form in parse(page).forms if form.get("id") == "lifeevent_form")
    typed = {
        "slug": "me-mudo", "icon": "truck", "name_es": "Me mudo", "summary_es": "Las cartas", "steps-TOTAL_FORMS": "1",
        "steps-0-procedure": str(version.procedure.pk), "steps-0-order": "1", "steps-0-note_es": "Lo primero",
    }  # fmt: skip
    wrong = editor.post("/gestion/procedures/lifeevent/add/", {**dict(form.form_values()), **typed, "icon": "nada"})
    assert "no es un icono" in wrong.content.decode()
    editor.post("/gestion/procedures/lifeevent/add/", {**dict(form.form_values()), **typed})
    assert "Lo primero" in text_of(client.get(PATH))


def test_an_editor_adds_a_synonym_that_is_used_at_once(editor: PageClient) -> None:
    a_version()
    typed = {"language": "es", "said": "cacharro", "meant": "mis puntos", "is_used": "on"}
    refused = editor.post("/gestion/procedures/synonym/add/", {**typed, "language": "xx"})
    assert refused.status_code == 200
    editor.post("/gestion/procedures/synonym/add/", typed)
    assert [offer.code for offer in published().search_procedures("cacharro")] == ["dgt/puntos"]


@pytest.mark.parametrize("model", ["lifeevent", "synonym", "zeroresultsearch"])
def test_the_lists_can_be_looked_at(editor: PageClient, model: str) -> None:
    load_fixtures()
    assert editor.get(f"/gestion/procedures/{model}/").status_code == 200
