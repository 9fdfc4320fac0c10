"""Which steps a validation may be at, and how its pages respond when it is elsewhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from clave.models import Method, Operation, State, Validation
from clave.pin import views
from clave.pin.notices import Notice
from clave.pin.steps import STEPS, current_url
from tests.clave.pin.factories import after, by_app, by_sms, step_url, with_pin
from tests.clave.pin.step_pages import button_targets, get_step, post_step
from tests.factories import a_device, a_user, a_validation, a_version, an_access, an_identity
from tests.pages import PageClient, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

KEYS = tuple(STEPS.by_key)
TYPED = {"method": "sms", "code": "AAAA", "pin": "AAA", "issue_date": "01/01/2020"}
"""Input for every step."""


def checking(validation: Validation, operation: Operation = Operation.VERIFICATION) -> Validation:
    assert validation.begin_check(operation)
    return after(validation)


def verified(client: PageClient) -> Validation:
    validation = by_app(client)
    validation.verify(checking(validation).operation_key, an_identity(), str(uuid4()))
    return after(validation)


def test_step_view_template_and_address_have_one_name() -> None:
    for step in STEPS:
        assert callable(getattr(views, step.key))
        assert get_template(f"clave/{step.key}.html")
        assert reverse(f"clave:{step.key}", args=[uuid4()])


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "method"),
        ({"method": Method.PIN_APP}, "pin_app"),
        ({"method": Method.PIN_APP, "request_id": "a"}, "pin_app"),
        ({"method": Method.SMS}, "contrast"),
        ({"method": Method.SMS, "operation": "sms_request", "notice": Notice.WRONG_CONTRAST}, "contrast"),
        ({"method": Method.SMS, "request_id": "a"}, "sms_pin"),
        ({"method": Method.SMS, "request_id": "a", "operation": "sms_request"}, "sms_pin"),
        ({"method": Method.SMS, "request_id": "a", "operation": "verification", "notice": "wrong_pin"}, "sms_pin"),
        ({"method": Method.SMS, "request_id": "a", "operation": "sms_request", "notice": "wrong_contrast"}, "contrast"),
    ],
)
def test_the_furthest_step(changes: dict[str, Any], key: str) -> None:
    device = a_device()
    validation = a_validation(device, a_user(device), **{"method": None, **changes})
    assert STEPS.furthest(validation).key == key
    assert current_url(validation) == step_url(validation, key)


def test_a_live_pin_stays_reachable_after_a_refused_request_for_another() -> None:
    validation = with_pin(notice=Notice.WRONG_CONTRAST)
    assert STEPS.furthest(validation).key == "sms_pin"


@pytest.mark.parametrize("key", KEYS)
def test_a_step_out_of_order_leads_to_the_furthest_and_asks_clave_nothing(client: PageClient, key: str) -> None:
    for validation in (by_app(client), by_sms(client), with_pin(client)):
        if STEPS[key].is_allowed(validation):
            continue
        for answer in (get_step(client, validation, key), post_step(client, validation, key, **TYPED)):
            assert (answer.status_code, answer.url) == (302, current_url(validation))
        assert after(validation).tries_left == 5


@pytest.mark.parametrize("key", KEYS)
def test_what_is_another_devices_looks_like_what_is_not_there(client: PageClient, key: str) -> None:
    other = by_app()
    a_device(client, token="o" * 43)
    bodies = set()
    for pk in (other.pk, uuid4()):
        path = reverse(f"clave:{key}", args=[pk])
        for answer in (client.get(path), client.post(path, TYPED), PageClient().get(path)):
            assert answer.status_code == 404
            bodies.add(answer.text.replace(str(pk), ""))
    assert len(bodies) == 1
    assert after(other).state == State.OPEN


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("state", [State.VERIFIED, State.CONSUMED])
def test_a_proved_identity_returns_to_the_caller(client: PageClient, key: str, state: State) -> None:
    validation = verified(client)
    Validation.objects.filter(pk=validation.pk).update(state=state)
    for answer in (get_step(client, validation, key), post_step(client, validation, key, **TYPED)):
        assert (answer.status_code, answer.url) == (302, validation.return_to)


@pytest.mark.parametrize("key", KEYS)
def test_a_proof_that_was_not_used_in_time_says_so(client: PageClient, key: str) -> None:
    validation = verified(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        page = client.get(step_url(validation, key))
    assert page.status_code == 200
    assert "ha caducado" in text_of(page)
    assert button_targets(page) == [validation.restart]


def test_a_proof_that_was_not_used_in_time_leads_no_one_in_a_circle(client: PageClient) -> None:
    device = a_device(client)
    access = an_access(device, a_version(), user=a_user(device))
    user = access.user
    assert user is not None
    proved = a_validation(device, user, Method.PIN_APP, purpose=access.purpose)
    proved.verify(checking(proved).operation_key, an_identity(), str(uuid4()))
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert step_of(client.get(f"/accesos/{access.pk}/espera/", follow=True)) == "user"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "Esta validación ha terminado"),
        (State.EXPIRED, "Esta validación ha caducado"),
        (State.ABANDONED, "Has empezado otra validación"),
    ],
)
def test_one_that_ended_says_so_with_a_way_on(client: PageClient, key: str, state: State, said: str) -> None:
    validation = by_app(client, state=state)
    path = step_url(validation, key)
    expected = validation.return_to if state == State.ABANDONED else validation.restart
    for answer, status in ((client.get(path), 200), (client.post(path, TYPED), 422)):
        assert (answer.status_code, step_of(answer)) == (status, key)
        assert said in text_of(answer)
        assert button_targets(answer) == [expected]


def test_only_one_that_failed_says_why(client: PageClient) -> None:
    failed = by_app(client, state=State.FAILED, tries_left=0, notice=Notice.WRONG_PIN)
    assert "no quedan intentos" in text_of(client.get(step_url(failed, "pin_app")))
    expired = by_app(client, state=State.EXPIRED, tries_left=3, notice=Notice.WRONG_PIN)
    assert "intentos" not in text_of(client.get(step_url(expired, "pin_app")))


def test_one_whose_time_is_over_has_ended_before_anything_writes_it_down(client: PageClient) -> None:
    validation = by_app(client)
    with time_machine.travel(validation.expires_at):
        refused = client.post(step_url(validation, "pin_app"), TYPED)
    assert refused.status_code == 422
    assert "ha caducado" in text_of(refused)
    assert after(validation).tries_left == 5


@pytest.mark.parametrize(
    ("by", "operation", "awaited"),
    [
        (by_app, Operation.VERIFICATION, "pin_app"),
        (by_sms, Operation.SMS_REQUEST, "sms_pin"),
        (with_pin, Operation.RESEND, "sms_pin"),
        (with_pin, Operation.VERIFICATION, "sms_pin"),
    ],
)
def test_while_clave_is_asked_every_page_waits_where_the_answer_will_be(
    client: PageClient, by: Any, operation: Operation, awaited: str
) -> None:
    validation = checking(by(client), operation)
    for key in KEYS:
        for answer in (get_step(client, validation, key), post_step(client, validation, key, **TYPED)):
            if answer.status_code == 302:
                assert answer.url == step_url(validation, awaited)
            else:
                assert (key, step_of(answer)) == (awaited, awaited)
    kept = after(validation)
    assert (kept.state, kept.operation_key) == (State.CHECKING, validation.operation_key)


def test_the_waiting_page_looks_again_with_and_without_javascript(client: PageClient) -> None:
    validation = checking(by_app(client))
    page = client.get(step_url(validation, "pin_app"))
    assert main_of(page).xpath("//progress")
    assert parse(page).xpath("//noscript/meta[@http-equiv='refresh']")
    poll = main_of(page).xpath("//*[@hx-trigger]")[0]
    assert poll.get("hx-get") == step_url(validation, "pin_app")
    assert poll.get("hx-replace-url") == "true"


def test_back_leads_one_step_back_and_from_the_first_to_the_users(client: PageClient) -> None:
    validation = with_pin(client)
    backs = {key: parse(client.get(step_url(validation, key))).find_class("back") for key in ("method", "sms_pin")}
    assert backs["method"][0].get("href") == validation.restart
    assert backs["sms_pin"][0].get("href") == step_url(validation, "method")


def test_one_that_is_erased_while_clave_is_asked_is_not_found(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    validation = by_app(client)

    def erased_meanwhile(checked: Validation, code: str, pin: str) -> None:
        checked.user.delete()

    monkeypatch.setattr("clave.pin.upstream.verify_app", erased_meanwhile)
    assert client.post(step_url(validation, "pin_app"), TYPED).status_code == 404


def test_a_validation_stands_where_its_caller_says_in_the_progress(client: PageClient) -> None:
    device = a_device(client)
    user = a_user(device)
    texts: Any = {"return_to": "/", "restart": "/", "title": "Mis puntos"}
    told = Validation.objects.begin(device, user, purpose="a", place=(2, 5), **texts)
    untold = Validation.objects.begin(device, user, purpose="b", **texts)
    assert "Paso 2 de 5" in text_of(client.get(reverse("clave:method", args=[told.pk])))
    assert "Paso" not in text_of(client.get(reverse("clave:method", args=[untold.pk])))
