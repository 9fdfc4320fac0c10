"""The frame of the back office: each person finds what they may open, and nothing else."""

import re
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.home import KINDS as WORK_KINDS
from backoffice.home import MAX_COUNT
from backoffice.menu import MENU, menu_for
from backoffice.roles import PERMISSIONS, Role
from backoffice.search import KINDS, MAX_PER_KIND
from foundation.rendering.icons import icon_exists
from guides.models import CitizenQuestion, PublicQuestion
from procedures.models import Availability, ConnectorHealth, ProcedureVersion, VersionState
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.pages import PageClient, check, parse

pytestmark = pytest.mark.django_db

ENTRIES = [entry for section in MENU for entry in section.entries]
SEARCH = "/gestion/buscar/"


def exists(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def menu_of(page: Any) -> list[str]:
    return [link.get("href") for link in parse(page).xpath("//nav[@class='side']//a[@class='entry']")][1:]


def text_of(page: Any) -> str:
    return " ".join(parse(page).xpath("//main")[0].text_content().split())


def a_question(**fields: Any) -> CitizenQuestion:
    values = {"topic": "other", "language": "es", "email_cell": b"a", "text_cell": b"a", **fields}
    return CitizenQuestion.objects.create(**values)


# --- The menu --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_entries_that_it_may_open_and_can_open_them(role: Role) -> None:
    client = signed_in(a_staff_user(role))
    page = client.get("/gestion/")
    check(page, fragment=False)
    wanted = [reverse(e.url) for e in ENTRIES if exists(e.url) and e.permission in PERMISSIONS[role]]
    assert menu_of(page) == wanted
    for path in wanted:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url)
def test_every_entry_has_an_icon_that_exists(entry: Any) -> None:
    assert icon_exists(entry.icon)


@pytest.mark.parametrize("icon", sorted({kind.icon for kind in WORK_KINDS} | {icon for _kind, icon in KINDS}))
def test_every_icon_of_home_and_search_exists(icon: str) -> None:
    assert icon_exists(icon)


def test_the_entry_of_the_page_that_one_is_on_is_marked() -> None:
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


def test_every_page_has_a_frame_that_leads_on() -> None:
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


# --- Home ------------------------------------------------------------------------------------------------------------


def waiting_of(page: Any) -> dict[str, str]:
    rows = parse(page).xpath("//ul[@class='tasks']//a")
    return {row.find("span").text_content(): row.find("b").text_content() for row in rows}


def test_home_tells_what_waits_for_each_and_where_it_is() -> None:
    author, other = a_staff_user(Role.EDITOR), a_staff_user(Role.APPROVER)
    draft, reviewed = a_version("dgt/puntos"), a_version("dgt/multas")
    for version, state in ((draft, VersionState.DRAFT), (reviewed, VersionState.IN_REVIEW)):
        ProcedureVersion.objects.filter(pk=version.pk).update(state=state, published_at=None)
        version.authors.add(author)
    a_question()
    a_question(state=CitizenQuestion.State.CLOSED)
    ConnectorHealth.objects.create(entity_slug="dgt", state=Availability.DOWN)
    client = signed_in(author)
    page = client.get("/gestion/")
    assert waiting_of(page) == {"Borradores tuyos": "1"}
    for path in parse(page).xpath("//ul[@class='tasks']//a/@href"):
        assert client.get(path).status_code == 200
    assert waiting_of(signed_in(other).get("/gestion/")) == {"Esperan que los revises": "1"}
    assert waiting_of(signed_in(a_staff_user(Role.SUPPORT)).get("/gestion/")) == {"Preguntas sin responder": "1"}
    assert waiting_of(signed_in(a_staff_user(Role.OPERATOR)).get("/gestion/")) == {"Organismos que no responden": "1"}
    assert waiting_of(signed_in(a_staff_user(Role.AUDITOR)).get("/gestion/")) == {}


def test_more_than_can_be_counted_is_told_as_more() -> None:
    cells = {"email_cell": b"a", "text_cell": b"a", "topic": "other", "language": "es"}
    CitizenQuestion.objects.bulk_create(
        CitizenQuestion(reference=f"A{number:08}", **cells) for number in range(MAX_COUNT + 5)
    )
    page = signed_in(a_staff_user(Role.SUPPORT)).get("/gestion/")
    assert waiting_of(page) == {"Preguntas sin responder": f"Más de {MAX_COUNT}"}


@pytest.mark.parametrize("many", [1, 15])
def test_home_and_search_cost_the_same_however_much_there_is(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        a_version(f"dgt/tramite-{number}")
        a_question(reference=f"AAAA-{number:04}")
        PublicQuestion.objects.create(section="data", question_es=f"¿tramite {number}?", answer_es="Sí.")
    client = signed_in(a_staff_user(name="all", is_superuser=True))
    client.get("/gestion/")
    with django_assert_num_queries(8):
        client.get("/gestion/")
    with django_assert_num_queries(9):
        client.get(SEARCH, {"q": "tramite"})


# --- Search ----------------------------------------------------------------------------------------------------------


def found_by(client: PageClient, words: str) -> dict[str, list[str]]:
    page = client.get(SEARCH, {"q": words})
    assert page.status_code == 200
    check(page, fragment=False)
    kinds = parse(page).xpath("//section[@class='found']")
    return {kind.find("h2").text_content().strip(): [link.get("href") for link in kind.iter("a")] for kind in kinds}


def test_search_finds_a_few_of_each_kind_and_leads_to_all_of_them() -> None:
    for number in range(MAX_PER_KIND + 2):
        a_version(f"dgt/puntos-{number}")
    client = signed_in(a_staff_user(Role.EDITOR))
    found = found_by(client, "puntos")
    assert set(found) == {"Trámites", "Versiones"} or set(found) == {"Trámites"}
    assert len(found["Trámites"]) == MAX_PER_KIND + 1
    assert found["Trámites"][-1] == "/gestion/procedures/procedure/?q=puntos"
    for path in found["Trámites"]:
        assert client.get(path).status_code == 200


def test_search_shows_only_what_the_person_may_see() -> None:
    a_staff_user(Role.EDITOR, name="ana-puntos")
    a_version("dgt/puntos")
    assert "Usuarios" not in found_by(signed_in(a_staff_user(Role.EDITOR)), "puntos")
    assert "Usuarios" in found_by(signed_in(a_staff_user(Role.AUDITOR)), "puntos")
    assert found_by(signed_in(a_staff_user(name="nobody")), "puntos") == {}


@pytest.mark.parametrize("written", ["A7K4-M9QX", "a7k4m9qx", " A7K4 M9QX "])
def test_a_reference_finds_its_question_for_those_who_may_see_it(written: str) -> None:
    question = a_question(reference="A7K4-M9QX")
    path = f"/gestion/guides/citizenquestion/{question.pk}/change/"
    assert found_by(signed_in(a_staff_user(Role.SUPPORT)), written)["Preguntas recibidas"] == [path]
    assert "Preguntas recibidas" not in found_by(signed_in(a_staff_user(Role.EDITOR)), written)


@pytest.mark.parametrize("words", ["", " ", "\x00", "%", "_", "'", "<script>", "x" * 5000, "🙂", "\\", "a\x00b"])
def test_any_words_are_answered(words: str) -> None:
    page = signed_in(a_staff_user(name="all", is_superuser=True)).get(SEARCH, {"q": words})
    assert page.status_code == 200
    assert "<script>" not in re.sub(r"<script src=[^>]*>", "", page.text)
