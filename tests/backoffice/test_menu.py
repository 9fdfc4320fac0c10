"""The menu and the frame of the back office: each user finds what they may open, and nothing else."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.home import KINDS as WORK_KINDS
from backoffice.menu import MENU, menu_for
from backoffice.roles import PERMISSIONS, Role
from backoffice.search import KINDS
from foundation.rendering.icons import icon_exists
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.pages import check, parse

pytestmark = pytest.mark.django_db

ENTRIES = [entry for section in MENU for entry in section.entries]


def menu_of(page: Any) -> list[str]:
    return [link.get("href") for link in parse(page).xpath("//nav[@class='side']//a[@class='entry']")][1:]


def text_of(page: Any) -> str:
    return " ".join(parse(page).xpath("//main")[0].text_content().split())


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_entries_that_it_may_open_and_can_open_them(role: Role) -> None:
    client = signed_in(a_staff_user(role))
    page = client.get("/gestion/")
    check(page, fragment=False)
    wanted = [reverse(e.url) for e in ENTRIES if e.permission in PERMISSIONS[role]]
    assert menu_of(page) == wanted
    for path in wanted:
        assert client.get(path).status_code == 200, path


def open_sections_of(page: Any) -> list[str]:
    return [one.text for one in parse(page).xpath("//nav[@class='side']/details[@open]/summary")]


@pytest.mark.parametrize(
    ("role", "path", "unfolded"),
    [
        (Role.EDITOR, "/gestion/", ["Catálogo"]),
        (Role.OPERATOR, "/gestion/", ["Operación"]),
        (Role.OPERATOR, "/gestion/procedures/entity/", ["Catálogo", "Operación"]),
        (Role.SUPPORT, "/gestion/", ["Preguntas de la gente"]),
        (Role.APPROVER, "/gestion/", ["Catálogo"]),
        (Role.ADMINISTRATOR, "/gestion/", ["Personal"]),
    ],
)
def test_the_menu_is_unfolded_where_a_role_works_and_where_it_is(role: Role, path: str, unfolded: list[str]) -> None:
    assert open_sections_of(signed_in(a_staff_user(role)).get(path)) == unfolded


def test_who_may_do_everything_has_all_but_one_section_folded() -> None:
    client = signed_in(a_staff_user(name="all", is_superuser=True))
    assert open_sections_of(client.get("/gestion/")) == ["Catálogo"]
    assert open_sections_of(client.get("/gestion/auth/user/")) == ["Catálogo", "Personal"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url)
def test_every_entry_has_an_icon_that_exists(entry: Any) -> None:
    assert icon_exists(entry.icon)


@pytest.mark.parametrize("icon", sorted({kind.icon for kind in WORK_KINDS} | {icon for _kind, icon in KINDS}))
def test_every_icon_of_home_and_search_exists(icon: str) -> None:
    assert icon_exists(icon)


def test_the_entry_of_the_current_page_is_marked() -> None:
    client = signed_in(a_staff_user(Role.EDITOR))
    page = client.get("/gestion/procedures/procedureversion/add/")
    marked = parse(page).xpath("//nav[@class='side']//a[@aria-current]/@href")
    assert marked == ["/gestion/procedures/procedureversion/"]


def test_whoever_has_no_role_is_told_what_to_do() -> None:
    page = signed_in(a_staff_user()).get("/gestion/")
    assert "Pide a un administrador" in text_of(page)


def test_the_menu_asks_the_database_for_nothing_but_the_permissions(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = a_staff_user(Role.EDITOR)
    with django_assert_num_queries(2):
        menu_for(user, "/gestion/")


def test_every_page_has_the_frame_with_menu_and_search() -> None:
    page = signed_in(a_staff_user(Role.EDITOR, name="ana")).get("/gestion/procedures/entity/")
    links = set(parse(page).xpath("//header//a/@href"))
    assert {"/gestion/cuenta/", "/gestion/cuenta/sesiones/", "/gestion/cuenta/contrasena/", "/"} <= links
    assert any(link.startswith("/idioma/?to=en") for link in links)
    assert "ana" in parse(page).xpath("//header")[0].text_content()
    assert parse(page).xpath("//a[@class='skip']/@href") == ["#content-start"]
    assert parse(page).xpath("//header//form[@method='post']/@action") == ["/gestion/logout/"]


def test_signing_out_ends_the_session() -> None:
    client = signed_in(a_staff_user(Role.EDITOR))
    client.submit(client.get("/gestion/"), button="Salir")
    assert client.get("/gestion/").status_code == 302
