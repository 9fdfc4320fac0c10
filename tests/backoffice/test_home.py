"""The home page: what is pending for each user, in a constant number of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.home import MAX_COUNT
from backoffice.roles import Role
from guides.models import CitizenQuestion, PublicQuestion
from procedures.models import Availability, ConnectorHealth, ProcedureVersion, VersionState, ZeroResultSearch
from tests.backoffice.question_factory import a_question
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.pages import parse

pytestmark = pytest.mark.django_db


def waiting_of(page: Any) -> dict[str, str]:
    rows = parse(page).xpath("//ul[@class='tasks']//a")
    return {row.find("span").text_content(): row.find("b").text_content() for row in rows}


def test_home_shows_what_is_pending_for_each_role_with_links() -> None:
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
    assert waiting_of(page) == {"Borradores tuyos": "1", "Tuyos, en revisión de otra persona": "1"}
    for path in parse(page).xpath("//ul[@class='tasks']//a/@href"):
        assert client.get(path).status_code == 200
    assert waiting_of(signed_in(other).get("/gestion/")) == {"Esperan que los revises": "1"}
    assert waiting_of(signed_in(a_staff_user(Role.SUPPORT)).get("/gestion/")) == {"Preguntas sin responder": "1"}
    assert waiting_of(signed_in(a_staff_user(Role.OPERATOR)).get("/gestion/")) == {"Organismos que no responden": "1"}
    assert waiting_of(signed_in(a_staff_user(Role.AUDITOR)).get("/gestion/")) == {}


def test_home_shows_editors_what_people_search_for_often_and_in_vain() -> None:
    now = timezone.now()
    for text, times, last_at in (("padrón", 5, now), ("rara", 1, now), ("vieja", 50, now - timedelta(days=60))):
        ZeroResultSearch.objects.create(text=text, language="es", times=times, last_at=last_at)
    client = signed_in(a_staff_user(Role.EDITOR))
    page = client.get("/gestion/")
    assert waiting_of(page) == {"Se busca a menudo, y no sale nada": "1"}
    assert client.get(parse(page).xpath("//ul[@class='tasks']//a/@href")[0]).status_code == 200


def test_beyond_the_maximum_home_says_more() -> None:
    cells = {"email_cell": b"a", "text_cell": b"a", "topic": "other", "language": "es"}
    CitizenQuestion.objects.bulk_create(
        CitizenQuestion(reference=f"A{number:08}", **cells) for number in range(MAX_COUNT + 5)
    )
    page = signed_in(a_staff_user(Role.SUPPORT)).get("/gestion/")
    assert waiting_of(page) == {"Preguntas sin responder": f"Más de {MAX_COUNT}"}


@pytest.mark.parametrize("many", [1, 15])
def test_home_costs_the_same_however_much_there_is(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        a_version(f"dgt/tramite-{number}")
        a_question(reference=f"AAAA-{number:04}")
        PublicQuestion.objects.create(section="data", question_es=f"¿tramite {number}?", answer_es="Sí.")
    client = signed_in(a_staff_user(name="all", is_superuser=True))
    client.get("/gestion/")
    with django_assert_num_queries(10):
        client.get("/gestion/")
