"""The operator's switches: set on one page, seen by citizens before they identify, reset when they expire."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses.models import Access
from backoffice.roles import Role
from clave.models import Method, MethodSwitch, Validation
from clave.switches import forget_switches
from clave.tasks import apply_method_switch_expiry
from procedures import page_cache
from procedures.models import CatalogueStamp, Entity, OperatorSwitch, Procedure, ProcedureVersion, Stamp, SwitchState
from procedures.published_catalogue import forget_published
from procedures.tasks import apply_switch_expiry
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_device, a_user, a_validation, a_version, an_access, close
from tests.pages import PageClient, errors_of, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

PATH = "/gestion/operacion/interruptores/"
LISTS = ["/", "/tramites/", "/tramites/?q=puntos", "/tramites/dgt/"]
START = "/tramites/dgt/puntos/empezar/"
FEBRUARY = datetime(2026, 2, 28, 20, 0, tzinfo=timezone.get_default_timezone())
TUESDAY = datetime(2026, 3, 3, 8, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


@pytest.fixture
def operator() -> PageClient:
    return signed_in(a_staff_user(Role.OPERATOR))


def say(client: PageClient, thing: str, state: str, **typed: Any) -> Any:
    """Open the page and submit the form of one switch."""
    page = client.get(PATH, {"q": "puntos"} if thing.startswith("procedure") else {})
    form = next(form for form in parse(page).forms if form.fields.get("thing") == thing and "until" in form.fields)
    values = {**dict(form.form_values()), "state": state, **typed}
    return client.post(PATH, values)


def send(client: PageClient, **values: Any) -> Any:
    """Send values that no form of the page offers, with the page's token."""
    token = parse(client.get(PATH)).xpath("//input[@name='csrfmiddlewaretoken']/@value")
    sent = {"revision": 0, "state": "closed", "csrfmiddlewaretoken": token[0] if token else "", **values}
    return client.post(PATH, sent, follow=True)


def entity_key() -> str:
    return f"entity:{Entity.objects.get().pk}"


def method_closed(method: Method, **fields: Any) -> None:
    MethodSwitch.objects.create(method=method, **{"state": SwitchState.CLOSED, **fields})
    forget_switches()


# --- The operator's page ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("version")
def test_an_operator_closes_an_entity_until_a_moment_and_citizens_see_it(
    operator: PageClient, client: PageClient
) -> None:
    with time_machine.travel(FEBRUARY, tick=False):
        typed = {"notice_es": "Cambiamos de sistema.", "until": "2026-03-03T08:00"}
        assert say(operator, entity_key(), "closed", **typed).status_code == 302
        for path in LISTS:
            assert "Cerrado hasta el martes 3 de marzo a las 8:00" in text_of(client.get(path)), path
        for path in ("/tramites/dgt/puntos/", START):
            assert "8:00. Cambiamos de sistema." in text_of(client.get(path)), path
        assert "Empezar" not in text_of(client.get("/tramites/dgt/puntos/"))


@pytest.mark.usefixtures("version")
def test_one_tap_opens_it_again(operator: PageClient, client: PageClient) -> None:
    say(operator, entity_key(), "closed")
    page = operator.get(PATH)
    form = next(form for form in parse(page).forms if "until" not in form.fields and "thing" in form.fields)
    operator.post(PATH, {**dict(form.form_values()), "state": "available"})
    assert OperatorSwitch.objects.get().state == SwitchState.AVAILABLE
    assert "Empezar" in text_of(client.get("/tramites/dgt/puntos/"))


@pytest.mark.usefixtures("version")
def test_a_degraded_procedure_can_be_started_all_the_same(operator: PageClient, client: PageClient) -> None:
    say(operator, f"procedure:{Procedure.objects.get().pk}", "degraded", notice_es="Puede tardar hasta una hora.")
    page = client.get("/tramites/dgt/puntos/")
    assert "Con problemas. Puede tardar hasta una hora." in text_of(page)
    assert "Empezar" in text_of(page)
    assert "Con problemas" in text_of(client.get("/tramites/dgt/"))


@pytest.mark.usefixtures("version")
def test_the_second_of_two_operators_learns_it_and_changes_nothing(operator: PageClient) -> None:
    key = entity_key()
    send(operator, thing=key, state="degraded")
    stale = send(operator, thing=key)
    assert "Otra persona lo ha cambiado" in parse(stale).text_content()
    assert OperatorSwitch.objects.get().state == SwitchState.DEGRADED


@pytest.mark.usefixtures("version")
def test_an_end_in_the_past_is_refused_at_its_field(operator: PageClient) -> None:
    refused = say(operator, entity_key(), "closed", until="2020-01-01T00:00")
    assert refused.status_code == 422
    assert "El final tiene que estar en el futuro" in parse(refused).text_content()
    assert not OperatorSwitch.objects.exists()


@pytest.mark.parametrize("thing", ["entity:9999999", "entity:x", "method:carta", "", "a:b:c", "procedure:" + "9" * 30])
def test_an_unknown_thing_is_not_found(operator: PageClient, thing: str) -> None:
    assert send(operator, thing=thing).status_code == (404 if thing else 422)
    assert not OperatorSwitch.objects.exists()


@pytest.mark.parametrize(
    ("role", "seen_as", "said_as"),
    [
        (Role.OPERATOR, 200, 200),
        (Role.SUPPORT, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.EDITOR, 403, 403),
        (Role.APPROVER, 403, 403),
    ],
)
@pytest.mark.usefixtures("version")
def test_the_roles_that_read_and_those_that_set_switches(role: Role, seen_as: int, said_as: int) -> None:
    client = signed_in(a_staff_user(role))
    assert client.get(PATH).status_code == seen_as
    assert ('name="thing"' in client.get(PATH).content.decode()) == (said_as == 200)
    client.handler.enforce_csrf_checks = False  # read-only users have no form with a token
    assert send(client, thing=entity_key()).status_code == said_as
    assert OperatorSwitch.objects.exists() == (said_as == 200)


def test_the_page_costs_the_same_with_many_procedures(
    operator: PageClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = a_version()
    entity = version.procedure.entity
    Procedure.objects.bulk_create(Procedure(entity=entity, slug=f"t-{number}") for number in range(2000))
    for procedure in Procedure.objects.all()[:30]:
        OperatorSwitch.objects.create(procedure=procedure, state="closed")
    CatalogueStamp.bump(Stamp.AVAILABILITY)
    for query in ({}, {"organismo": "dgt"}, {"q": "t-1"}, {"organismo": "dgt", "t": "9"}):
        with django_assert_max_num_queries(25):
            assert operator.get(PATH, query).status_code == 200


# --- Refused before identifying --------------------------------------------------------------------------------------


def test_a_closed_procedure_cannot_be_started_by_posting_its_form(
    client: PageClient, version: ProcedureVersion
) -> None:
    form = client.get(START)
    close(version.procedure.entity)
    sent = client.submit(form, access=None, identification="clave_pin")
    assert "Cerrado por ahora" in text_of(sent)
    assert not Access.objects.exists()


@pytest.mark.parametrize("step", ["usuario", "usuario/nuevo"])
def test_what_closes_before_identifying_is_said_and_the_access_is_kept(
    client: PageClient, version: ProcedureVersion, step: str
) -> None:
    device = a_device(client)
    access = an_access(device, version)
    user = a_user(device)
    form = client.get(f"/accesos/{access.pk}/usuario/")
    switch = close(version.procedure, notice_es="Volvemos mañana.")
    page = client.get(f"/accesos/{access.pk}/{step}/")
    assert step_of(page) == "closed"
    assert "Volvemos mañana." in text_of(page)
    refused = client.submit(form, user=str(user.pk))
    assert (refused.status_code, step_of(refused)) == (422, "closed")
    assert not Validation.objects.exists()
    OperatorSwitch.objects.filter(pk=switch.pk).update(state="available")
    forget_published()
    assert client.submit(client.get(f"/accesos/{access.pk}/usuario/"), user=str(user.pk)).status_code == 302


def test_an_older_version_is_closed_with_its_procedure(client: PageClient, version: ProcedureVersion) -> None:
    access = an_access(a_device(client), version)
    version.copy_to_draft().publish()
    close(version.procedure)
    assert step_of(client.get(f"/accesos/{access.pk}/usuario/nuevo/")) == "closed"


# --- Methods ---------------------------------------------------------------------------------------------------------


def test_an_operator_closes_a_method_and_it_cannot_be_chosen(operator: PageClient, client: PageClient) -> None:
    say(operator, "method:sms", "closed", notice_es="No salen SMS.")
    device = a_device(client)
    validation = a_validation(device, a_user(device))
    page = client.get(f"/clave/{validation.pk}/metodo/")
    assert "SMS: Cerrado por ahora. No salen SMS." in text_of(page)
    assert "No salen SMS." in text_of(client.get("/identificacion/"))
    assert main_of(page).xpath("//input[@name='method']/@value") == ["pin_app"]
    refused = client.post(f"/clave/{validation.pk}/metodo/", {"method": "sms"})
    assert (refused.status_code, len(errors_of(refused))) == (422, 1)
    validation.refresh_from_db()
    assert validation.method == ""


@pytest.mark.parametrize(
    ("method", "step"), [(Method.SMS, "contraste"), (Method.PIN_APP, "app")], ids=["sms", "pin_app"]
)
def test_a_method_that_closes_after_it_was_chosen_leads_back_to_the_choice(
    client: PageClient, method: Method, step: str
) -> None:
    device = a_device(client)
    validation = a_validation(device, a_user(device), method)
    method_closed(method)
    sent = client.post(f"/clave/{validation.pk}/{step}/", {"code": "ABCD", "pin": "123", "issue_date": "01/01/2020"})
    assert sent.headers["Location"] == f"/clave/{validation.pk}/metodo/"
    validation.refresh_from_db()
    assert (validation.tries_left, validation.sends_left) == (5, 3)


def test_a_pin_that_came_by_sms_can_be_typed_after_the_closing_but_no_other_is_sent(client: PageClient) -> None:
    device = a_device(client)
    live = {"request_id": "r", "phone_ending": "12", "pin_expires_at": timezone.now() + timedelta(minutes=5)}
    validation = a_validation(device, a_user(device), Method.SMS, **live)
    method_closed(Method.SMS)
    page = client.get(f"/clave/{validation.pk}/pin/")
    assert step_of(page) == "sms_pin"
    assert "no se puede pedir otro SMS" in text_of(page)
    refused = client.post(f"/clave/{validation.pk}/pin/", {"resend": "1"})
    assert refused.status_code == 422
    validation.refresh_from_db()
    assert validation.sends_left == 3


@pytest.mark.usefixtures("version")
def test_with_every_method_closed_the_page_says_so_before_anybody_starts(client: PageClient) -> None:
    form = client.get(START)
    for method in Method:
        method_closed(method)
    assert "ninguna de las formas de validar" in text_of(client.get(START))
    sent = client.submit(form, access=None, identification="clave_pin")
    assert sent.status_code == 200
    assert not Access.objects.exists()


def test_a_version_takes_the_methods_that_it_accepts(client: PageClient) -> None:
    version = a_version(methods=["pin_app"])
    device = a_device(client)
    access, user = an_access(device, version), a_user(device)
    begun = client.submit(client.get(f"/accesos/{access.pk}/usuario/"), user=str(user.pk), method=None, follow=True)
    assert step_of(begun) == "method"
    assert main_of(begun).xpath("//input[@name='method']/@value") == ["pin_app"]
    validation = Validation.objects.get()
    assert validation.methods == ["pin_app"]
    assert client.post(f"/clave/{validation.pk}/metodo/", {"method": "sms"}).status_code == 422
    assert step_of(client.get(f"/clave/{validation.pk}/contraste/", follow=True)) == "method"


def test_with_the_one_accepted_method_closed_nothing_starts(client: PageClient) -> None:
    a_version(methods=["sms"])
    method_closed(Method.SMS)
    assert "ninguna de las formas" in text_of(client.get(START))


def test_without_a_database_the_last_known_switches_apply(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(MethodSwitch.objects, "unavailable", away)
    assert client.get("/identificacion/").status_code == 200


# --- Expired switches-------------------------------------------------------------------------------------------------


def test_an_expired_switch_opens_at_once_and_is_saved_once(version: ProcedureVersion, client: PageClient) -> None:
    close(version.procedure, until=timezone.now() + timedelta(minutes=1))
    assert apply_switch_expiry.call() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert "Cerrado" not in text_of(client.get("/tramites/dgt/"))
        before = CatalogueStamp.current(Stamp.AVAILABILITY)
        assert apply_switch_expiry.call() == 1
        assert apply_switch_expiry.call() == 0
        assert CatalogueStamp.current(Stamp.AVAILABILITY) == before + 1
    switch = OperatorSwitch.objects.get()
    assert (switch.state, switch.until) == (SwitchState.AVAILABLE, None)


def test_cached_pages_show_a_closing_at_once_and_no_longer_than_it_lasts(
    operator: PageClient, client: PageClient, version: ProcedureVersion, settings: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr(page_cache, "_pages", page_cache._Pages())
    settings.CATALOGUE_SEEN_SECONDS = 0.000001
    assert "Cerrado" not in text_of(client.get("/tramites/dgt/"))
    until = timezone.localtime() + timedelta(hours=1)
    say(operator, entity_key(), "closed", until=f"{until:%Y-%m-%dT%H:%M}")
    assert "Cerrado hasta" in text_of(client.get("/tramites/dgt/"))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        apply_switch_expiry.call()
        assert "Cerrado" not in text_of(client.get("/tramites/dgt/"))
    forget_published()


def test_an_expired_method_switch_opens_again() -> None:
    method_closed(Method.SMS, until=timezone.now() + timedelta(minutes=1))
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert apply_method_switch_expiry.call() == 1
        assert apply_method_switch_expiry.call() == 0
    assert MethodSwitch.objects.get().state == SwitchState.AVAILABLE


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (TUESDAY - timedelta(days=1), "hasta el martes 3 a las 8:00"),
        (FEBRUARY, "hasta el martes 3 de marzo a las 8:00"),
        (TUESDAY - timedelta(days=300), "hasta el martes 3 de marzo de 2026 a las 8:00"),
    ],
)
def test_the_end_is_shown_with_as_much_of_the_date_as_it_needs(now: datetime, said: str) -> None:
    with time_machine.travel(now, tick=False):
        switch = OperatorSwitch(state="closed", until=TUESDAY)
        assert switch.status == f"Cerrado {said}"
