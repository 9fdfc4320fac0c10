"""The operators hear once a day that the SMS come near their ceiling."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from backoffice.connectors.tasks import watch_sms
from clave.limits import spending
from clave.models import Operation
from tests.clave.pin.factories import by_sms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ceiling(settings: Settings) -> None:
    settings.SMS_PER_DAY, settings.ALERT_EMAILS = 5, ["turno@example.org"]


def send(number: int) -> None:
    validation = by_sms()
    for one in range(number):
        assert spending.spend(validation, Operation.RESEND, f"key-{one}") is None


def test_once_a_day_from_four_fifths_of_the_ceiling(settings: Settings) -> None:
    settings.SENDS_PER_VALIDATION = settings.SENDS_PER_IDENTITY_PER_HOUR = 100
    with time_machine.travel("2026-03-02 12:00:00+01:00", tick=False) as clock:
        send(3)
        assert watch_sms.call() == 0
        send(1)
        assert [watch_sms.call() for _minute in range(3)] == [1, 0, 0]
        assert (mail.outbox[0].to, "4 SMS de los 5" in mail.outbox[0].body) == (["turno@example.org"], True)
        clock.shift(timedelta(days=1))
        assert watch_sms.call() == 0


def test_a_mail_server_that_fails_is_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SMS_PER_DAY = 1
    send(1)
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", lambda _mail: 1 / 0)
        assert watch_sms.call() == 0
    assert watch_sms.call() == 1
