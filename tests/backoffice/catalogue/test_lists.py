"""The lists of the catalogue: names, state, kind and last change, filtered by selects."""

from typing import Any

import pytest

from tests.backoffice.catalogue_pages import VERSIONS, a_draft, an_editor, change_path, save
from tests.backoffice.staff_users import signed_in
from tests.factories import a_version
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db
PROCEDURES = "/gestion/procedures/procedure/"


def rows(page: Any) -> list[str]:
    return [" ".join(row.text_content().split()) for row in parse(page).xpath("//table[@id='result_list']/tbody/tr")]


def filters(page: Any) -> Any:
    return parse(page).get_element_by_id("changelist-filter")


def choose(client: PageClient, path: str, **chosen: str) -> Any:
    """Choose in the selects as a browser does, which sends the empty ones too."""
    form = filters(client.get(path))
    assert set(chosen) <= set(form.fields)
    return client.get(path.split("?")[0], {**dict(form.form_values()), **chosen}, follow=True)


def test_a_row_says_what_it_is_how_it_stands_and_who_changed_it_last() -> None:
    draft, editor = a_draft(), an_editor()
    a_version("aeat/renta")
    save(editor, editor.get(change_path(draft)), summary_es="Otra")
    (row,) = [row for row in rows(editor.get(VERSIONS)) if "Mis multas" in row]
    for text in ("dgt/multas", "Tráfico", "borrador", "consulta", "· editora"):
        assert text in row
    (row,) = [row for row in rows(editor.get(PROCEDURES)) if "Mis multas" in row]
    for text in ("dgt/multas", "Tráfico", "borrador", "consulta"):
        assert text in row
    assert [row for row in rows(editor.get("/gestion/procedures/entity/")) if "1 · 0 publicados" in row]


def test_a_draft_without_a_name_is_found_by_its_address() -> None:
    a_draft(name_es="")
    editor = an_editor()
    assert "Sin nombre todavía" in rows(editor.get(VERSIONS))[0]
    assert "multas" in rows(editor.get(PROCEDURES))[0]


@pytest.mark.parametrize(
    ("path", "chosen", "found"),
    [
        (VERSIONS, {"state__exact": "draft"}, 1),
        (VERSIONS, {"state__exact": "published"}, 1),
        (VERSIONS, {"state__exact": "retired"}, 0),
        (VERSIONS, {"kind": "consultation", "entity": "dgt"}, 1),
        (VERSIONS, {}, 2),
        (PROCEDURES, {"state": "published"}, 1),
        (PROCEDURES, {"state": "none"}, 0),
        (PROCEDURES, {"state": "draft", "kind": "consultation"}, 1),
        (PROCEDURES, {"kind": "document"}, 0),
        (PROCEDURES, {}, 2),
    ],
)
def test_filters_are_selects_that_are_sent_together(path: str, chosen: dict[str, str], found: int) -> None:
    a_draft()
    a_version("aeat/renta")
    page = choose(an_editor(), path, **chosen)
    assert len(rows(page)) == found
    assert page.request["QUERY_STRING"].count("=") == len(chosen), "what is not chosen is not in the address"
    assert {field.name: field.value for field in filters(page).iter("select") if field.value} == chosen


def test_filtering_keeps_the_words_and_the_order() -> None:
    a_draft()
    a_draft("puntos", name_es="Mis puntos")
    page = choose(an_editor(), f"{VERSIONS}?q=puntos&o=1", state__exact="draft")
    assert len(rows(page)) == 1
    assert {"q=puntos", "o=1"} <= set(page.request["QUERY_STRING"].split("&"))


@pytest.mark.parametrize(
    "path", ["procedures/synonym", "procedures/banner", "guides/publicquestion", "guides/citizenquestion", "auth/user"]
)
def test_every_list_with_filters_takes_an_empty_choice(path: str, admin_user: Any) -> None:
    client = signed_in(admin_user)
    page = choose(client, f"/gestion/{path}/")
    assert page.status_code == 200
    assert "e=1" not in page.request["QUERY_STRING"]
