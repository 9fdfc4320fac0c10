"""The pages of the procedures: editors choose which stand on the citizens' home page, and in which order."""

import pytest

from procedures.models import Procedure
from tests.backoffice.catalogue_pages import an_editor, save
from tests.factories import a_version
from tests.pages import PageClient, parse

pytestmark = pytest.mark.django_db

PROCEDURES = "/gestion/procedures/procedure/"


def featured_on_home(client: PageClient) -> list[str]:
    links = parse(client.get("/")).xpath("//main//a[starts-with(@href, '/tramites/')]/@href")
    return [str(link) for link in links if link.count("/") == 4]


def test_what_an_editor_features_stands_on_the_home_page_in_their_order(client: PageClient) -> None:
    editor = an_editor()
    life, points = a_version("tgss/vida-laboral").procedure, a_version("dgt/puntos").procedure
    for procedure, order in ((life, "2"), (points, "1")):
        page = editor.get(f"{PROCEDURES}{procedure.pk}/change/")
        save(editor, page, featured_order=order)
    assert list(Procedure.objects.order_by("featured_order").values_list("slug", flat=True)) == [
        "puntos",
        "vida-laboral",
    ]
    assert featured_on_home(client) == ["/tramites/dgt/puntos/", "/tramites/tgss/vida-laboral/"]


def test_the_list_of_procedures_shows_which_are_featured() -> None:
    Procedure.objects.filter(pk=a_version("dgt/puntos").procedure_id).update(featured_order=7)
    row = parse(an_editor().get(PROCEDURES)).xpath("//td[contains(@class, 'field-featured_order')]")
    assert [cell.text_content() for cell in row] == ["7"]
