"""Refusals by Cl@ve or our limits as the person sees them: explained on the page, revealing nothing to strangers."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from clave.models import Method, State, Validation
from clave.pin.messages import message
from clave.pin.notices import Notice
from foundation.http import outbound
from foundation.http.responses import Response
from tests.clave.pin.factories import WRONG_DATE, after, answer, by_app, by_sms, pin_of, step_url, typed_date, with_sms
from tests.clave.pin.step_pages import WRONG_APP, button_targets, get_step, links_of, post_step, shown_value
from tests.factories import ANA, a_device, a_user, a_validation, known_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, errors_of, main_of, step_of, text_of

pytestmark = pytest.mark.django_db


def test_a_wrong_pin_says_how_many_tries_are_left_beside_the_pin(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    known_to(validation.user)
    refused = post_step(client, validation, "pin_app", **WRONG_APP)
    assert (refused.status_code, step_of(refused)) == (422, "pin_app")
    assert "4 intentos" in errors_of(refused)[0]
    assert main_of(refused).xpath("//a[@href='#id_pin']")
    assert "AAA" not in text_of(refused)


def test_a_sixth_try_never_reaches_clave(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = by_app(client)
    known_to(validation.user)
    pages = [post_step(client, validation, "pin_app", **WRONG_APP) for _time in range(6)]
    assert {page.status_code for page in pages} == {422}
    assert "Esta validación ha terminado" in text_of(pages[5])
    assert live_sandbox.effects()["verifications"] == 5


def test_a_sixth_wrong_pin_of_an_sms_never_reaches_clave(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    wrong = "AAA" if pin_of(live_sandbox) != "AAA" else "BBB"
    for _time in range(6):
        last = post_step(client, validation, "sms_pin", pin=wrong)
    assert "ha terminado" in text_of(last)
    assert live_sandbox.effects()["verifications"] == 5


def test_an_expired_pin_is_said_and_leads_to_another_sms(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        refused = post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox))
        assert refused.status_code == 422
        assert "ha caducado" in errors_of(refused)[0]
        assert step_url(validation, "contrast") in links_of(refused)
        again = client.submit(get_step(client, validation, "contrast"), issue_date=typed_date(live_sandbox))
        assert again.url == step_url(validation, "sms_pin")
        assert post_step(client, validation, "sms_pin", pin=pin_of(live_sandbox)).url == validation.return_to
    assert (live_sandbox.effects()["verifications"], live_sandbox.effects()["sms_sent"]) == (1, 2)


def test_a_pin_that_clave_calls_used_is_said_also_to_one_who_comes_back(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation = with_sms(live_sandbox, client)
    answer(live_sandbox, {"type": "urn:tramites:problem:expired"}, status=410, operation="verifications")
    said = message(validation, Notice.PIN_EXPIRED)
    assert errors_of(post_step(client, validation, "sms_pin", pin="AAA")) == [said]
    back = client.get(step_url(validation, "sms_pin"), follow=True)
    assert (step_of(back), errors_of(back)) == ("contrast", [said])


def test_a_notice_is_repeated_only_where_it_belongs(client: PageClient, live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox, client)
    post_step(client, validation, "sms_pin", pin="AAA" if pin_of(live_sandbox) != "AAA" else "BBB")
    assert "El PIN no es correcto" in errors_of(get_step(client, validation, "sms_pin"))[0]
    for key in ("contrast", "method"):
        assert errors_of(get_step(client, validation, key)) == []
    post_step(client, validation, "method", method="pin_app")
    assert errors_of(get_step(client, validation, "pin_app")) == []


def test_a_wrong_datum_is_kept_and_says_how_often_it_may_be_tried_again(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation = by_sms(client)
    refused = post_step(client, validation, "contrast", issue_date=WRONG_DATE)
    assert (refused.status_code, shown_value(refused, "issue_date")) == (422, WRONG_DATE)
    assert "probar 4 veces más" in errors_of(refused)[0]
    assert (after(validation).sends_left, after(validation).contrasts_left) == (3, 4)
    assert live_sandbox.effects()["sms_sent"] == 0


def test_after_the_last_wrong_datum_choosing_the_person_again_begins_anew(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.CONTRASTS_PER_VALIDATION = 2
    validation = by_sms(client)
    for _time in range(2):
        refused = post_step(client, validation, "contrast", issue_date=WRONG_DATE)
    assert "En esta validación no se puede probar más" in errors_of(refused)[0]
    assert validation.restart in button_targets(refused)
    again = a_validation(validation.device, validation.user, purpose=validation.purpose)
    post_step(client, again, "method", method="sms")
    sent = post_step(client, again, "contrast", issue_date=typed_date(live_sandbox))
    assert sent.url == step_url(again, "sms_pin")


def test_the_unregistered_the_wrong_and_the_blocked_look_the_same_to_a_stranger(
    client: PageClient, live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compare status, page, calls to Cl@ve and number of queries."""
    calls: list[str] = []
    sent = outbound.send

    def counted(method: str, url: str, **rest: Any) -> Response:
        calls.append(url)
        return sent(method, url, **rest)

    monkeypatch.setattr("clave.pin.gateways.http.send", counted)
    unregistered = live_sandbox.person(registered=False, kind="dni")["document_number"]
    blocked = live_sandbox.person(blocked=True, kind="dni")["document_number"]
    typed = {ANA: WRONG_DATE, unregistered: WRONG_DATE, blocked: typed_date(live_sandbox, blocked)}
    looks, costs = set(), set()
    with time_machine.travel(timezone.now(), tick=False):
        for number, date in typed.items():
            for step, form in (("contrast", {"issue_date": date}), ("pin_app", WRONG_APP)):
                device = a_device(client, token=number.ljust(43, "x"))
                method = Method.SMS if step == "contrast" else Method.PIN_APP
                validation = a_validation(device, a_user(device, number), method)
                before = len(calls)
                with CaptureQueriesContext(connection) as queries:
                    page = post_step(client, validation, step, **form)
                back = get_step(client, validation, step)
                looks.add((step, page.status_code, look(page, validation, date), look(back, validation, date)))
                costs.add((step, len(calls) - before, len(queries)))
    assert (len(looks), len(costs)) == (2, 2)


def look(page: Any, validation: Validation, date: str) -> str:
    """Return the page without the parts that differ between any two pages."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.text)
    return text.replace(str(validation.pk), "").replace(validation.user.masked_number, "").replace(date, "")


def test_a_block_is_named_on_a_device_that_has_verified_the_person(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    validation = by_app(client)
    known_to(validation.user)
    until = (timezone.now() + timedelta(hours=5)).isoformat()
    answer(live_sandbox, {"type": "urn:tramites:problem:blocked", "until": until}, status=403)
    page = post_step(client, validation, "pin_app", **WRONG_APP)
    assert page.status_code == 422
    assert "ha bloqueado a esta persona por demasiados intentos" in text_of(page)
    assert after(validation).state == State.FAILED


def test_tries_of_the_day_are_refused_with_words_and_no_call(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.TRIES_PER_IDENTITY_PER_DAY = 1
    validation = by_app(client)
    known_to(validation.user)
    post_step(client, validation, "pin_app", **WRONG_APP)
    refused = post_step(client, validation, "pin_app", **WRONG_APP)
    assert (refused.status_code, errors_of(refused)) == (422, [message(after(validation), Notice.TRIES_OF_THE_DAY)])
    assert live_sandbox.effects()["verifications"] == 1
    assert after(validation).tries_left == 4


def test_sends_of_the_hour_are_refused_with_words_and_what_was_typed(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.SENDS_PER_IDENTITY_PER_HOUR = 1
    first = with_sms(live_sandbox, client)
    validation = a_validation(first.device, first.user, Method.SMS)
    refused = post_step(client, validation, "contrast", issue_date=typed_date(live_sandbox))
    assert (refused.status_code, errors_of(refused)) == (422, [message(after(validation), Notice.SENDS_OF_THE_HOUR)])
    assert shown_value(refused, "issue_date") == typed_date(live_sandbox)
    assert (live_sandbox.effects()["sms_sent"], after(validation).sends_left) == (1, 3)
