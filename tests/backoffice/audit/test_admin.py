"""The auditor's pages: the log is read, verified and exported, and nothing can be changed."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from backoffice.audit.admin import ROWS_PER_PAGE
from backoffice.roles import Role
from foundation import audit
from foundation.models import AuditEntry
from foundation.tasks import FOUND_BROKEN
from tests.backoffice.site_map import browser_of, post
from tests.backoffice.staff_users import a_staff_user
from tests.pages import PageClient, parse
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db

LIST = "/gestion/foundation/auditentry/"
MOST_QUERIES = 30


@pytest.fixture
def auditor() -> PageClient:
    return browser_of(a_staff_user(Role.AUDITOR))


def numbers(page: Any) -> list[int]:
    return [int(link.text_content()) for link in parse(page).xpath("//*[contains(@class,'audit-entries')]//th/a")]


def text(page: Any) -> str:
    return " ".join(parse(page).text_content().split())


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def test_the_latest_entries_come_first_and_the_older_ones_follow(auditor: PageClient) -> None:
    for _number in range(ROWS_PER_PAGE + 3):
        audit.record("a.b")
    first = auditor.get(LIST)
    assert numbers(first)[:2] == [ROWS_PER_PAGE + 3, ROWS_PER_PAGE + 2]
    older = parse(first).xpath("//a[@rel='next']")[0].get("href")
    second = auditor.get(LIST + older)
    assert numbers(second) == [3, 2, 1]
    assert not parse(second).xpath("//a[@rel='next']")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=version.", [2, 1]),
        ("actor=ana", [3, 1]),
        ("target=procedures.entity:", [3]),
        ("action=version.&actor=eva", [2]),
        ("day=2020-01-01", []),
        ("day=nunca", []),
        ("antes=3", [2, 1]),
        ("antes=x", [3, 2, 1]),
        ("antes=99999999999999999999999", [3, 2, 1]),
    ],
)
def test_the_log_is_filtered(auditor: PageClient, query: str, found: list[int]) -> None:
    audit.record("version.published", actor="ana", target="procedures.procedureversion:1")
    audit.record("version.retired", actor="eva", target="procedures.procedureversion:1")
    audit.record("entity.changed", actor="ana", target="procedures.entity:1")
    assert numbers(auditor.get(f"{LIST}?{query}")) == found


def test_an_entry_shows_all_its_fields_and_whether_its_seal_holds(auditor: PageClient) -> None:
    audit.record("version.published", actor="ana", note="Ámbito")
    said = text(auditor.get(f"{LIST}1/change/"))
    assert "Ámbito" in said
    assert "Está como se escribió" in said
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE foundation_auditentry SET actor = 'eva'")
        assert "No está como se escribió" in text(auditor.get(f"{LIST}1/change/"))


@pytest.mark.parametrize("number", ["9", "x", "1_2F"])
def test_an_unknown_entry_is_not_found(auditor: PageClient, number: str) -> None:
    assert auditor.get(f"{LIST}{number}/change/").status_code == 404


def test_verifying_is_a_task_whose_outcome_is_shown(auditor: PageClient) -> None:
    audit.record("a.b")
    assert "Aún no se ha verificado" in text(auditor.get(LIST))
    for _twice in range(2):
        assert post(auditor, f"{LIST}verificar/").status_code == 302
    assert DBTaskResult.objects.count() == 1
    assert "Hay una verificación en marcha" in text(auditor.get(LIST))
    run_tasks()
    said = text(auditor.get(LIST))
    assert "El registro está entero" in said
    assert "2 entradas leídas" in said
    assert AuditEntry.objects.filter(action="audit.verification_asked", actor="auditor").count() == 1


def test_a_broken_log_is_reported(auditor: PageClient) -> None:
    audit.record(FOUND_BROKEN, checked=4, at=5, fault="altered")
    assert "Entrada 5: la entrada no es como se escribió" in text(auditor.get(LIST))


def test_an_export_holds_the_filtered_entries_and_is_recorded(auditor: PageClient) -> None:
    audit.record("version.published", actor="ana", note="x")
    audit.record("entity.changed", actor="ana")
    lines = body(post(auditor, f"{LIST}copia/", format="jsonl", action="version.")).splitlines()
    assert [json.loads(line)["detail"] for line in lines] == [{"note": "x"}]
    entry = AuditEntry.objects.get(action="audit.exported")
    assert (entry.actor, entry.content) == ("auditor", {"format": "jsonl", "filter_action": "version."})


def test_an_export_for_spreadsheets_runs_no_formula(auditor: PageClient) -> None:
    audit.record("a.b", actor="=1+1", target="@x")
    rows = list(csv.DictReader(io.StringIO(body(post(auditor, f"{LIST}copia/", format="csv")))))
    assert (rows[0]["number"], rows[0]["actor"], rows[0]["target"]) == ("1", "'=1+1", "'@x")


@pytest.mark.parametrize("fields", [{}, {"format": "xml"}, {"format": "csv", "day": "nunca"}])
def test_an_invalid_export_is_not_found(auditor: PageClient, fields: dict[str, str]) -> None:
    assert post(auditor, f"{LIST}copia/", **fields).status_code == 404


@pytest.mark.parametrize("many", [1, 120])
def test_the_list_costs_the_same_however_long_it_is(auditor: PageClient, many: int) -> None:
    for _number in range(many):
        audit.record("a.b")
    with CaptureQueriesContext(connection) as captured:
        auditor.get(LIST)
    assert len(captured) <= MOST_QUERIES
    assert not [query for query in captured if "COUNT(" in query["sql"]]
