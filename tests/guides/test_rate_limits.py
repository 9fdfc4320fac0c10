"""How many questions one address and one mailbox may send."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.utils import timezone
from pytest_django.fixtures import Settings

from foundation import limits
from guides.models import CitizenQuestion
from guides.question_form import TOO_MANY
from tests.guides.question_pages import PATH, TEXT, TYPED, ask
from tests.pages import PageClient, errors_of, form_with


@pytest.fixture(autouse=True)
def _at_once(settings: Settings) -> None:
    """Nobody waits before sending."""
    settings.QUESTION_SECONDS = 0


def address(number: int) -> dict[str, Any]:
    return {"REMOTE_ADDR": f"203.0.113.{number}"}


def test_one_address_may_ask_five_times_an_hour(client: PageClient) -> None:
    allowed = site.QUESTIONS_PER_ADDRESS_PER_HOUR
    answers = [ask(client, email=f"a{number}@ejemplo.es") for number in range(allowed + 3)]
    assert [answer.status_code for answer in answers] == [302] * allowed + [429] * 3
    page = answers[-1]
    assert errors_of(page) == [str(next(iter(TOO_MANY.values())))]
    assert (form_with(page, "text").fields["text"] or "").split() == TEXT.split()
    assert CitizenQuestion.objects.count() == allowed
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.submit(page, **TYPED).status_code == 302


def test_another_address_is_not_held_up(client: PageClient, settings: Settings) -> None:
    settings.QUESTIONS_PER_ADDRESS_PER_HOUR = 1
    statuses = []
    for number in (1, 1, 2):
        values = dict(form_with(client.get(PATH), "text").form_values()) | TYPED | {"email": f"b{number}@ejemplo.es"}
        statuses.append(client.post(PATH, values, **address(number)).status_code)
    assert statuses == [302, 429, 302]


@pytest.mark.parametrize("email", ["ana@ejemplo.es", "ANA@EJEMPLO.ES", "ana+otra@ejemplo.es"])
def test_one_mailbox_may_ask_three_times_a_day_and_the_refused_cost_the_address_nothing(
    client: PageClient, settings: Settings, email: str
) -> None:
    settings.QUESTIONS_PER_ADDRESS_PER_HOUR = 4
    assert [ask(client).status_code for _time in range(5)] == [302, 302, 302, 429, 429]
    assert ask(client, email=email).status_code == 429
    assert ask(client, email="otra@ejemplo.es").status_code == 302


def test_limits_that_cannot_be_counted_are_no_crash(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def contended(*args: object, **options: object) -> bool:
        raise limits.Contended

    monkeypatch.setattr("guides.rate_limits.spend", contended)
    assert ask(client).status_code == 429
