"""Synonyms and searches without results in the back office."""

import pytest

from procedures.models import ZeroResultSearch
from procedures.published_catalogue import published
from procedures.transfer.fixtures import load_fixtures
from tests.backoffice.staff_users import a_staff_user, sign_in
from tests.factories import a_version
from tests.pages import PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> PageClient:
    client = PageClient()
    sign_in(client, a_staff_user(is_superuser=True))
    return client


def test_an_editor_adds_a_synonym_that_is_used_at_once(editor: PageClient) -> None:
    a_version()
    typed = {"language": "es", "said": "cacharro", "meant": "mis puntos", "is_used": "on"}
    refused = editor.post("/gestion/procedures/synonym/add/", {**typed, "language": "xx"})
    assert refused.status_code == 200
    editor.post("/gestion/procedures/synonym/add/", typed)
    assert [offer.code for offer in published().search_procedures("cacharro")] == ["dgt/puntos"]


@pytest.mark.parametrize("model", ["lifeevent", "synonym", "zeroresultsearch"])
def test_the_lists_can_be_viewed(editor: PageClient, model: str) -> None:
    load_fixtures()
    assert editor.get(f"/gestion/procedures/{model}/").status_code == 200


def test_editors_can_read_searches_and_not_change_them(editor: PageClient) -> None:
    ZeroResultSearch.objects.record("zapatos", "es")
    path = "/gestion/procedures/zeroresultsearch/"
    assert "zapatos" in editor.get(path).content.decode()
    row = ZeroResultSearch.objects.get()
    assert editor.get(f"{path}{row.pk}/change/").status_code == 200
    assert editor.post(f"{path}{row.pk}/change/", {"text": "otro"}).status_code == 403
    assert editor.get(f"{path}add/").status_code == 403
    assert editor.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
