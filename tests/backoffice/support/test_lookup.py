"""Looking up a reference: support staff see what happened and what to do, never who it was."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.failures import Failure, explain
from accesses.models import Access, Outcome, State
from backoffice.roles import Role
from clave.models import Method
from clave.models import State as ValidationState
from clave.pin.notices import Notice
from foundation.vault import place, seal, seal_mapping
from guides.models import CitizenQuestion
from procedures.models import ProcedureVersion
from tests.backoffice.access_factory import People
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import ANA, a_device, a_user, a_version, an_access, an_identity
from tests.pages import PageClient, check, parse

pytestmark = pytest.mark.django_db

PATH = "/gestion/atencion/"
REFERENCE = "7K4M-9QXD"


@pytest.fixture
def support() -> PageClient:
    return signed_in(a_staff_user(Role.SUPPORT))


@pytest.fixture
def people() -> People:
    device = a_device()
    return People(device, a_user(device))


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


def look_up(client: PageClient, typed: str = REFERENCE) -> Any:
    page = client.submit(client.get(PATH), reference=typed)
    assert page.status_code == 200
    check(page, fragment=True)
    return page


def words(page: Any) -> str:
    return " ".join(parse(page).get_element_by_id("content").text_content().split())


def errors(page: Any) -> str:
    return " ".join(found.text_content() for found in parse(page).xpath("//ul[contains(@class,'errorlist')]"))


@pytest.mark.parametrize("typed", ["7K4M-9QXD", " 7k4m 9qxd ", "7k4m9qxd", "7 k 4 m – 9 q x d", "7K4M.9QXD"])
def test_a_reference_is_found_however_it_was_written_down(
    support: PageClient, people: People, version: ProcedureVersion, typed: str
) -> None:
    people.begin(version, timezone.now(), reference=REFERENCE)
    found = words(look_up(support, typed))
    assert REFERENCE in found
    assert "dgt/puntos" in found
    assert "versión 1" in found
    assert "todavía no has elegido con qué usuario" in found


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("7K4M-9QX0", "nunca llevan O ni 0, I ni 1, y aquí hay «0»"),
        ("oi1M9QXD", "«1, I, O»"),
        ("7K4M", "aquí hay 4"),
        ("7K4M-9QXDD", "aquí hay 9"),
        ("7K4Ñ-9QXD", "solo letras y números"),
        ("", "Escribe la referencia"),
        ("\x00", ""),
        ("x" * 100, "40"),
    ],
)
def test_an_invalid_reference_is_explained(support: PageClient, typed: str, sentence: str) -> None:
    assert sentence in errors(look_up(support, typed))


def test_an_unknown_reference_is_reported(support: PageClient) -> None:
    assert f"No hay nada con la referencia {REFERENCE}" in words(look_up(support))


def test_an_access_of_an_erased_device_is_unknown(
    support: PageClient, people: People, version: ProcedureVersion
) -> None:
    access = an_access(people.device, version)
    assert access.reference in words(look_up(support, access.reference))
    people.device.mark_erased()
    assert f"No hay nada con la referencia {access.reference}" in words(look_up(support, access.reference))


STATES: list[tuple[dict[str, Any], str]] = [
    ({"state": State.FAILED, "outcome": Outcome.FAILED, "failure": Failure.AWAY}, explain(Failure.AWAY, "Tráfico")[0]),
    ({"state": State.FAILED, "outcome": Outcome.FAILED, "failure": "new"}, explain("", "Tráfico")[0]),
    ({"state": State.DONE, "outcome": Outcome.DOCUMENT}, "se guardó en Descargas"),
    ({"state": State.DONE, "outcome": Outcome.CONSULTATION}, "ya no se puede ver"),
    ({"state": State.DONE, "outcome": Outcome.CONSULTATION, "result_cell": b"x"}, "está en tu pantalla"),
    ({"state": State.DONE, "outcome": Outcome.NOTHING, "result_cell": b"x"}, "no tiene datos"),
    ({"state": State.QUEUED}, "esperando la respuesta de Tráfico"),
    ({"state": State.RUNNING}, "esperando la respuesta de Tráfico"),
    ({"state": State.DISCARDED}, "Lo descartaste"),
    ({"state": State.EXPIRED}, "caducó"),
]


@pytest.mark.parametrize(("fields", "sentence"), STATES)
def test_each_state_has_its_sentence(
    support: PageClient, people: People, version: ProcedureVersion, fields: dict[str, Any], sentence: str
) -> None:
    people.begin(version, timezone.now() - timedelta(minutes=5), reference=REFERENCE, **fields)
    assert sentence in words(look_up(support))


@pytest.mark.parametrize("notice", list(Notice))
@pytest.mark.parametrize("method", list(Method))
def test_the_last_message_of_clave_is_shown_with_counts_alone(
    support: PageClient, people: People, version: ProcedureVersion, notice: Notice, method: Method
) -> None:
    access = people.begin(version, timezone.now(), reference=REFERENCE)
    people.check(access, method, ValidationState.OPEN, tries_left=2, sends_left=1, notice=notice)
    cells = [" ".join(cell.text_content().split()) for cell in parse(look_up(support)).xpath("//section//tbody/tr/td")]
    assert cells[1] == str(method.label)
    assert cells[3:5] == ["3", "2"]


def test_nothing_personal_is_on_the_page(support: PageClient, people: People, version: ProcedureVersion) -> None:
    access = people.finish(version, timezone.now() - timedelta(minutes=5), method=Method.SMS)
    cells = {
        "inputs_cell": {"plate": "1234BBC"},
        "identity_cell": an_identity().as_mapping(),
        "result_cell": {"title": "Doce puntos"},
    }
    Access.objects.filter(pk=access.pk).update(
        reference=REFERENCE,
        detail_cell=seal("Falta el pago", place(access, "detail_cell", access.pk)),
        **{name: seal_mapping(value, place(access, name, access.pk)) for name, value in cells.items()},
    )
    text = look_up(support).text
    for secret in ("Ana", ANA, ANA[:8], "García", "1234BBC", "Doce puntos", "Falta el pago", "34612", "…89"):
        assert secret not in text


def test_a_question_is_found_by_its_reference_and_stays_sealed(support: PageClient) -> None:
    pk = CitizenQuestion().pk
    question, _new = CitizenQuestion.objects.ask(pk, topic="sms", language="es", email="ana@ejemplo.es", text="Mi duda")
    page = look_up(support, question.reference)
    assert "todavía no está respondida" in words(page)
    assert "ana@ejemplo.es" not in page.text
    assert "Mi duda" not in page.text
    assert parse(page).xpath(f"//a[contains(@href, '{question.pk}')]")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_looks_up(role: Role) -> None:
    assert signed_in(a_staff_user(role)).get(PATH).status_code == 403


def test_looking_up_is_limited_and_recorded(
    support: PageClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LOOKUPS_PER_STAFF_PER_HOUR = 2
    with caplog.at_level(logging.INFO, "foundation.audit.recording"):
        pages = [look_up(support) for _time in range(3)]
    assert [bool(errors(page)) for page in pages] == [False, False, True]
    assert "No hay nada" not in words(pages[2])
    recorded = [
        record.getMessage().split()[0] for record in caplog.records if record.name == "foundation.audit.recording"
    ]
    assert recorded == ["access.looked_up", "access.looked_up", "access.lookup_refused"]


@pytest.mark.parametrize("many", [1, 5])
def test_looking_up_costs_the_same_however_often_it_was_tried(
    support: PageClient, people: People, version: ProcedureVersion, many: int, django_assert_max_num_queries: Any
) -> None:
    access = people.begin(version, timezone.now(), reference=REFERENCE)
    for number in range(many):
        people.check(access, Method.SMS, ValidationState.EXPIRED, seconds=number)
    page = support.get(PATH)
    with django_assert_max_num_queries(25):  # eleven of them write the audit log
        support.submit(page, reference=REFERENCE)
