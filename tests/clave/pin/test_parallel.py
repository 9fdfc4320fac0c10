"""Simultaneous requests, each in its own thread and database connection, against the sandbox."""

import threading
import time
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings as deployed
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clave.models import Method, State, Validation
from clave.pin.messages import message
from clave.pin.notices import Notice
from tests.clave.pin.factories import WRONG, after, by_app, by_sms, step_url, typed_date, with_sms
from tests.factories import ANA, TOKEN, a_validation, known_to
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, main_of, step_of
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)


def browser() -> Client:
    """Return one more tab of the same device."""
    client = Client()
    client.cookies[deployed.DEVICE_COOKIE_NAME] = TOKEN
    return client


def send_at_once(path: str, typed: dict[str, str], times: int) -> list[Any]:
    answers: list[Any] = []
    in_parallel(lambda: answers.append(browser().post(path, typed)), times)
    return answers


def test_fifty_submits_of_one_pin_form_make_one_call(live_sandbox: LiveSandbox) -> None:
    validation, app = by_app(), live_sandbox.app_pin(ANA)
    path = step_url(validation, "pin_app")
    answers = send_at_once(path, {"code": app["code"], "pin": app["pin"]}, 50)
    assert live_sandbox.effects()["verifications"] == 1
    kept = after(validation)
    assert (kept.state, kept.tries_left) == (State.VERIFIED, 4)
    moved = {answer.url for answer in answers if answer.status_code == 302}
    assert moved <= {path, validation.return_to}
    busy = str(message(kept, Notice.CLAVE_BUSY))
    assert all(busy in answer.text for answer in answers if answer.status_code != 302)


def test_fifty_submits_of_one_wrong_pin_spend_as_many_tries_as_calls(live_sandbox: LiveSandbox) -> None:
    validation = by_app()
    send_at_once(step_url(validation, "pin_app"), {"code": WRONG[0], "pin": WRONG[1]}, 50)
    kept, calls = after(validation), live_sandbox.effects()["verifications"]
    assert 1 <= calls == 5 - kept.tries_left <= 5


def test_ten_taps_on_send_make_one_sms(live_sandbox: LiveSandbox) -> None:
    validation = by_sms()
    send_at_once(step_url(validation, "contrast"), {"issue_date": typed_date(live_sandbox)}, 10)
    assert (live_sandbox.effects()["sms_sent"], after(validation).sends_left) == (1, 2)


def test_ten_taps_on_send_again_make_one_sms(live_sandbox: LiveSandbox) -> None:
    validation = with_sms(live_sandbox)
    Validation.objects.update(resend_at=timezone.now())
    send_at_once(step_url(validation, "sms_pin"), {"resend": "1"}, 10)
    assert (live_sandbox.effects()["sms_sent"], after(validation).sends_left) == (2, 1)


def test_a_submit_while_another_one_is_checked_sees_that_and_spends_nothing(
    client: PageClient, live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.CLAVE_TOTAL_SECONDS = settings.CLAVE_READ_SECONDS = 0.5
    live_sandbox.fail("clave", "hang", seconds=2, operation="verifications", times=1)
    validation = by_app(client)
    path, typed = step_url(validation, "pin_app"), {"code": WRONG[0], "pin": WRONG[1]}
    first = threading.Thread(target=in_parallel, args=(lambda: browser().post(path, typed), 1))
    first.start()
    until = time.monotonic() + 5
    while after(validation).state != State.CHECKING:
        assert time.monotonic() < until
        time.sleep(0.005)
    page = client.post(path, typed, follow=True)
    first.join()
    assert (page.status_code, step_of(page)) == (200, "pin_app")
    assert main_of(page).xpath("//progress")
    assert after(validation).tries_left == 4
    assert live_sandbox.effects()["verifications"] == 0


def test_only_so_many_wait_for_a_silent_clave_and_no_other_spends_anything(
    live_sandbox: LiveSandbox, settings: Settings
) -> None:
    settings.CLAVE_TOTAL_SECONDS = settings.CLAVE_READ_SECONDS = 1.5
    settings.TRIES_PER_IDENTITY_PER_DAY = 100
    live_sandbox.fail("clave", "hang", seconds=3)
    first = by_app()
    known_to(first.user)
    waiting = [first, *(a_validation(first.device, first.user, Method.PIN_APP) for _one in range(7))]
    paths = iter([step_url(validation, "pin_app") for validation in waiting])
    in_parallel(lambda: browser().post(next(paths), {"code": WRONG[0], "pin": WRONG[1]}), len(waiting))
    spent = sorted((kept.state, kept.tries_left) for kept in Validation.objects.all())
    assert spent == [(State.CHECKING, 4)] * settings.CLAVE_CALLS_AT_ONCE + [(State.OPEN, 5)] * 4


def test_parallel_tries_never_spend_more_than_the_days(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.TRIES_PER_IDENTITY_PER_DAY = 2
    first = by_app()
    known_to(first.user)
    many = [first, *(a_validation(first.device, first.user, Method.PIN_APP) for _one in range(9))]
    paths = cycle([step_url(validation, "pin_app") for validation in many])
    for _round in range(3):
        in_parallel(lambda: browser().post(next(paths), {"code": WRONG[0], "pin": WRONG[1]}), len(many))
    assert live_sandbox.effects()["verifications"] == 2
