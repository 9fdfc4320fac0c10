"""Searching the whole back office: each user finds what they may see."""

import re

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.roles import Role
from backoffice.search import MAX_PER_KIND
from guides.models import PublicQuestion
from tests.backoffice.question_factory import a_question
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.pages import PageClient, check, parse

pytestmark = pytest.mark.django_db

SEARCH = "/gestion/buscar/"


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


@pytest.mark.parametrize(
    "written", ["A7K4-M9QX", "a7k4m9qx", " A7K4 M9QX ", "A7K4\u2011M9QX", "\u200bA7K4\u2060M9QX", "Ａ７Ｋ４−Ｍ９ＱＸ"]
)
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


@pytest.mark.parametrize("many", [1, 15])
def test_search_costs_the_same_however_much_there_is(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        a_version(f"dgt/tramite-{number}")
        a_question(reference=f"AAAA-{number:04}")
        PublicQuestion.objects.create(section="data", question_es=f"¿tramite {number}?", answer_es="Sí.")
    client = signed_in(a_staff_user(name="all", is_superuser=True))
    client.get("/gestion/")
    with django_assert_num_queries(10):
        client.get(SEARCH, {"q": "tramite"})
