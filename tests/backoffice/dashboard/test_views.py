"""The dashboard: charts, tables and CSV files show the same numbers, in a constant number of queries."""

import csv
import io
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accesses.failures import Failure
from accesses.models import Outcome, State
from backoffice.dashboard import charts
from backoffice.dashboard.panels import _cause
from backoffice.dashboard.tables import Row, Table
from backoffice.dashboard.views import CURRENT_TABLES, PERIOD_TABLES
from backoffice.roles import Role
from backoffice.statistics import daily_statistics
from backoffice.statistics.figures import Ending
from clave.models import Method
from clave.models import State as ValidationState
from procedures.models import ConnectorHealth, ZeroResultSearch
from tests.backoffice.access_factory import People, moment
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_device, a_user, a_version
from tests.pages import PageClient, check, parse

pytestmark = pytest.mark.django_db

PATH = "/gestion/operacion/"
DAY = "2026-11-20"
NOON = moment(DAY)
NOW = moment(DAY, "20:00")


@pytest.fixture
def operator() -> PageClient:
    with time_machine.travel(NOW, tick=False):
        return signed_in(a_staff_user(Role.OPERATOR))


@pytest.fixture
def people() -> People:
    device = a_device()
    return People(device, a_user(device))


def happen(people: People) -> None:
    points, life = a_version("dgt/puntos"), a_version("tgss/vida-laboral")
    for _number in range(3):
        people.finish(points, NOON)
    people.finish(points, NOON, failure=Failure.AWAY)
    people.finish(life, NOON, method=Method.SMS, outcome=Outcome.DOCUMENT)
    people.begin(life, NOON, State.DISCARDED)
    ZeroResultSearch.objects.create(text="pasaporte", language="es", times=7, last_at=NOON)
    daily_statistics.aggregate_daily_statistics()


def rows(page: Any, key: str) -> list[list[str]]:
    """Return the cells of a table on the page."""
    panel = parse(page).xpath(f"//section[@aria-labelledby='panel-{key}']")[0]
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th | ./td[not(contains(@class,'o-chart'))]")]
        for row in panel.xpath(".//tbody/tr")
    ]


def saved(client: PageClient, key: str, query: str = "") -> list[list[str]]:
    answer = client.get(f"{PATH}{key}.csv?{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@time_machine.travel(NOW, tick=False)
def test_the_page_shows_where_people_give_up_and_what_fails(operator: PageClient, people: People) -> None:
    happen(people)
    page = operator.get(PATH)
    assert page.status_code == 200
    assert [row[1] for row in rows(page, "pasos")] == ["6", "5", "5", "5", "5", "4"]
    assert rows(page, "fallos") == [[_cause(Failure.AWAY), "1", "100,0"]]
    assert rows(page, "organismos") == [["Tráfico", "4", "3", "1", "0"], ["Tráfico", "2", "1", "0", "1"]]
    assert rows(page, "tramites")[0] == ["dgt/puntos", "4", "3", "1", "0"]
    assert rows(page, "busquedas")[0][:2] == ["pasaporte", "7"]
    check(page, fragment=True)


@time_machine.travel(NOW, tick=False)
def test_where_people_give_up_is_shown_by_method_and_step(operator: PageClient, people: People) -> None:
    points = a_version("dgt/puntos")
    with_pin = {"phone_ending": "89", "sends_left": settings.SENDS_PER_VALIDATION - 1}
    for method, fields in ((Method.SMS, with_pin), (Method.SMS, with_pin), (Method.PIN_APP, {}), (None, {})):
        access = people.begin(points, NOON, State.EXPIRED, user=people.user)
        people.check(access, method, ValidationState.EXPIRED, **fields)
    people.begin(points, NOON, State.STARTED)
    daily_statistics.aggregate_daily_statistics()
    assert [row[:3] for row in rows(operator.get(PATH), "abandonos")] == [
        ["SMS", "Recibe el PIN o lo escribe", "2"],
        ["Sin elegir", "Elige un usuario", "1"],
        ["APP Cl@ve PIN", "Elige cómo identificarse", "1"],
    ]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("key", [*PERIOD_TABLES, *CURRENT_TABLES])
def test_each_table_is_saved_with_the_numbers_of_the_page(
    operator: PageClient, people: People, key: str, language: str
) -> None:
    happen(people)
    operator.cookies["lang"] = language
    page, lines = operator.get(PATH), saved(operator, key)
    if key != "almacen":  # shown as a single figure
        assert [line[1] for line in lines[1:] if line[1].isdecimal()] == [
            row[1] for row in rows(page, key) if row[1].isdecimal()
        ]
    assert len({len(line) for line in lines}) == 1


@time_machine.travel(NOW, tick=False)
def test_days_body_and_procedure_are_chosen_by_a_plain_form(operator: PageClient, people: People) -> None:
    happen(people)
    assert saved(operator, "resultados", "days=7&entity=tgss")[2][:2] == ["Documento", "1"]
    assert saved(operator, "dias", "first=20/11/2026&last=20/11/2026")[1][:2] == [DAY, "6"]
    assert saved(operator, "dias", "days=7&procedure=dgt/puntos")[-1][:2] == [DAY, "4"]
    page = operator.get(PATH, {"days": "7", "procedure": "DGT/puntos "})
    assert len(rows(page, "dias")) == 7
    assert [row[0] for row in rows(page, "tramites")] == ["dgt/puntos"]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"days": "", "first": "20/11/2026"}, "Escribe las dos fechas"),
        ({"days": "", "first": "20/11/2026", "last": "1/11/2026"}, "no puede ser anterior"),
        ({"days": "", "first": "1/1/2000", "last": "1/11/2026"}, "tres años"),
        ({"days": "", "first": "31/02/2026", "last": "x"}, "fecha"),
        ({"days": "30", "procedure": "dgt/nada"}, "No hay ningún trámite con ese código"),
        ({"days": "30", "procedure": "\x00"}, "nul"),
        ({"days": "3", "entity": "nadie"}, "nadie"),
    ],
)
def test_an_invalid_choice_is_explained_beside_its_field(
    operator: PageClient, query: dict[str, str], sentence: str
) -> None:
    page = operator.get(PATH, query)
    assert page.status_code == 200
    said = " ".join(found.text_content() for found in parse(page).xpath("//ul[contains(@class,'errorlist')]"))
    assert sentence in said


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_it(role: Role) -> None:
    assert signed_in(a_staff_user(role)).get(PATH).status_code == 200


def test_who_has_no_role_sees_neither_page_nor_files(client: PageClient) -> None:
    nobody = signed_in(a_staff_user())
    assert nobody.get(PATH).status_code == 403
    assert nobody.get(f"{PATH}dias.csv").status_code == 403
    assert client.get(PATH).status_code == 302
    assert client.get(f"{PATH}dias.csv").status_code == 302
    assert signed_in(a_staff_user(name="root", is_superuser=True)).get(f"{PATH}nada.csv").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_nothing_is_there_yet_and_the_page_says_so(operator: PageClient) -> None:
    page = operator.get(PATH)
    assert "todavía no se han contado" in page.text
    assert "Ninguna todavía" in page.text


@time_machine.travel(NOW, tick=False)
def test_a_body_that_fails_stands_first(operator: PageClient, people: People) -> None:
    happen(people)
    ConnectorHealth.objects.create(entity_slug="tgss", state="down", failures=4, failed_at=timezone.now())
    first = rows(operator.get(PATH), "conexiones")[1]
    assert first[1:3] == ["No responde", "4"]


@pytest.mark.parametrize("many", [3, 40])
@time_machine.travel(NOW, tick=False)
def test_it_opens_in_the_same_queries_however_much_there_is(
    operator: PageClient, people: People, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        people.finish(a_version(f"b{number}/t{number}"), NOON)
        ZeroResultSearch.objects.create(text=f"t{number}", language="es", last_at=NOON)
    daily_statistics.aggregate_daily_statistics()
    with django_assert_num_queries(19):
        operator.get(PATH)


def test_no_cell_of_a_file_is_run_by_a_spreadsheet() -> None:
    lines = Table("x", "x", ("a", "b"), [Row(("=1+1", "@x")), Row(("-2;3", -2))]).as_csv().decode("utf-8-sig")
    assert lines.splitlines()[1:] == ["'=1+1;'@x", '"\'-2;3";-2']


def test_the_bars_of_a_chart_are_as_high_as_their_counts() -> None:
    chart = charts.days_chart([("1", "1", {Ending.FAILED: 2, Ending.DOCUMENT: 6}), ("2", "2", {})])
    document, failed = chart.columns[0].segments
    assert document.height == pytest.approx(3 * failed.height, abs=1)
    assert document.y + document.height == chart.floor
    assert chart.ticks[-1].value == 8
    assert chart.columns[1].segments == ()
    assert charts.stacked_bar({Ending.FAILED: 1, Ending.LEFT: 1}, 4).segments[1].x == 250
