"""In an English page, what is Spanish says so: titles without a translation, documents, and what bodies answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.utils import timezone
from lxml.html import HtmlElement
from pytest_django.fixtures import Settings

from accesses.models import Access, Outcome, State
from documents.models import ShareLink
from procedures.models import ProcedureVersion
from tests.documents.factories import a_document
from tests.factories import a_device, a_user, a_version, an_access
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db

TITLE = "Informe de vida laboral"
ANSWER = "Saldo de puntos"


@pytest.fixture(autouse=True)
def _in_english(settings: Settings, tmp_path: Path, client: PageClient) -> None:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "documents": backend}
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "en"


def spoken_in(page: Any, words: str) -> set[str]:
    """Return the languages in which the words are said, wherever they stand in the page's body."""
    (body,) = parse(page).iter("body")
    return {_language(node) for node in body.iter() if isinstance(node.tag, str) and words in (node.text or "")} | {
        _language(parent)
        for node in body.iter()
        if words in (node.tail or "") and (parent := node.getparent()) is not None
    }


def _language(node: HtmlElement) -> str:
    return next(str(found) for one in (node, *node.iterancestors()) if (found := one.get("lang")))


def _access(client: PageClient, outcome: Outcome | None = None, **changes: Any) -> Access:
    device = a_device(client)
    access = an_access(device, a_version(name_es=TITLE), {}, a_user(device))
    rows = [{"label": ANSWER, "value": "12"}]
    content = {"title": ANSWER, "issued_at": "", "sections": [{"heading": ANSWER, "rows": rows}], "notice": ANSWER}
    if outcome:
        changes |= {"state": State.DONE, "outcome": outcome, "finished_at": timezone.now()}
        changes["result_cell"] = access.seal_result(content)
    Access.objects.filter(pk=access.pk).update(**changes)
    return access


def _document(client: PageClient, path: str = "") -> str:
    return f"{a_document(a_device(client)).get_absolute_url()}{path}"


def _shared(client: PageClient) -> str:
    return ShareLink.objects.make(a_document(a_device(client)), uuid4()).path


def _catalogue(client: PageClient, path: str) -> str:
    a_version(name_es=TITLE)
    return path


PAGES: dict[str, Callable[[PageClient], str]] = {
    "downloads": lambda client: _document(client) and "/descargas/",
    "document": _document,
    "share": lambda client: _document(client, "compartir/"),
    "rename": lambda client: _document(client, "nombre/"),
    "delete": lambda client: _document(client, "borrar/"),
    "shared": _shared,
    "document result": lambda client: (
        f"/accesos/{_access(client, Outcome.DOCUMENT, document=a_document(a_device(client))).pk}/resultado/"
    ),
    "unfinished": lambda client: f"/accesos/?{_access(client).pk}",
    "ended": lambda client: f"/accesos/{_access(client, state=State.DISCARDED).pk}/usuario/",
    "user": lambda client: f"/accesos/{_access(client).pk}/usuario/",
    "body": lambda client: _catalogue(client, "/tramites/dgt/"),
    "favourite": lambda client: _catalogue(client, "/tramites/dgt/puntos/favorito/"),
    "start": lambda client: _catalogue(client, "/tramites/dgt/puntos/empezar/"),
    "procedure": lambda client: _catalogue(client, "/tramites/dgt/puntos/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_title_that_is_spanish_says_so(name: str, client: PageClient) -> None:
    page = client.get(PAGES[name](client))
    assert parse(page).get("lang") == "en"
    assert spoken_in(page, TITLE) == {"es"}


@pytest.mark.parametrize("outcome", [Outcome.CONSULTATION, Outcome.NOTHING])
def test_what_a_body_answers_says_so(outcome: Outcome, client: PageClient) -> None:
    page = client.get(f"/accesos/{_access(client, outcome).pk}/resultado/")
    assert spoken_in(page, ANSWER) == {"es"}


def test_what_is_translated_or_named_by_the_person_is_not_marked(client: PageClient) -> None:
    document = a_document(a_device(client))
    document.rename("For the bank.pdf")
    assert spoken_in(client.get(document.get_absolute_url()), "For the bank") == {"en"}
    ProcedureVersion.objects.all().delete()
    a_version(name_es=TITLE, name_en="Working life report")
    assert spoken_in(client.get("/tramites/dgt/"), "Working life report") == {"en"}


def test_in_a_spanish_page_nothing_is_marked(client: PageClient) -> None:
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "es"
    page = client.get(_document(client))
    assert not [node for node in parse(page).iter("span") if node.get("lang")]


@pytest.mark.parametrize("path", ["shared", "/c/nada/"])
def test_who_is_shown_a_shared_document_is_shown_no_tabs_of_a_shelf_they_do_not_have(path: str) -> None:
    link = _shared(PageClient()) if path == "shared" else path
    page = PageClient().get(link)
    assert not parse(page).find_class("tabs")
    assert parse(PageClient().get("/descargas/")).find_class("tabs")
