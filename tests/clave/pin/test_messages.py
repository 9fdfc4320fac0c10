"""Each notice has a message that is true for the validation and says what to do next."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from clave.models import Method, State, Validation
from clave.pin.messages import SECONDS_TO_COUNT, WAITS, message, standing_notice
from clave.pin.notices import Notice

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def of(method: Method = Method.PIN_APP, **values: object) -> Validation:
    lasting = {"state": State.OPEN, "tries_left": 3, "sends_left": 2, "contrasts_left": 2}
    return Validation(method=method, **{**lasting, **values})


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("notice", Notice)
def test_every_notice_says_something(notice: Notice, method: Method) -> None:
    assert len(message(of(method), notice).split()) > 4


def test_no_notice_says_nothing() -> None:
    assert message(of(), "") == ""


@pytest.mark.parametrize(("left", "said"), [(4, "Te quedan 4 intentos"), (1, "Te queda 1 intento")])
@pytest.mark.parametrize("method", Method)
def test_a_wrong_pin_says_how_many_tries_are_left(method: Method, left: int, said: str) -> None:
    assert said in message(of(method, tries_left=left), Notice.WRONG_PIN)


def test_the_last_wrong_pin_says_that_it_was_the_last() -> None:
    assert "no quedan intentos" in message(of(tries_left=0, state=State.FAILED), Notice.WRONG_PIN)


@pytest.mark.parametrize(
    ("left", "said"), [(2, "probar 2 veces más"), (1, "probar 1 vez más"), (0, "no se puede probar más")]
)
def test_a_wrong_datum_says_how_often_it_may_be_tried_again(left: int, said: str) -> None:
    assert said in message(of(Method.SMS, contrasts_left=left), Notice.WRONG_CONTRAST)


@pytest.mark.parametrize("notice", [Notice.TRIES_OF_THE_DAY, Notice.SENDS_OF_THE_HOUR, Notice.TOO_MANY_PEOPLE])
@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(minutes=40), "a las 13:40"),
        (timedelta(minutes=40, seconds=1), "a las 13:41"),
        (timedelta(hours=20), "el lunes 2 a las 9:00"),
    ],
)
def test_what_is_used_up_says_when_it_opens_again(notice: Notice, wait: timedelta, said: str) -> None:
    assert said in message(of(notice_until=NOW + wait), notice)


@pytest.mark.parametrize("notice", sorted(WAITS))
def test_no_wait_is_said_once_it_is_over(notice: Notice) -> None:
    waiting = of(notice=notice, notice_until=NOW + timedelta(seconds=1))
    assert standing_notice(waiting) == notice
    waiting.notice_until = NOW
    assert standing_notice(waiting) == ""


def test_an_expired_pin_says_where_another_comes_from() -> None:
    assert "APP" in message(of(Method.PIN_APP), Notice.PIN_EXPIRED)
    assert "otro SMS" in message(of(Method.SMS), Notice.PIN_EXPIRED)


def test_a_block_says_until_when_in_spanish_time() -> None:
    until = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert "02/03/2026 10:05" in message(of(notice_until=until), Notice.BLOCKED)
    assert "24 horas" in message(of(), Notice.BLOCKED)


def test_who_asks_for_another_sms_too_early_is_told_the_time_by_the_clock() -> None:
    early = of(Method.SMS, resend_at=NOW + timedelta(seconds=38))
    assert "a partir de las 13:00:38" in message(early, Notice.TOO_EARLY)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 segundo."),
        (SECONDS_TO_COUNT, f"{SECONDS_TO_COUNT} segundos"),
        (SECONDS_TO_COUNT + 1, "hasta el 01/03/2026 13:02"),
        (86400, "hasta el 02/03/2026 13:00"),
    ],
)
def test_a_wait_is_counted_when_it_is_short_and_dated_when_it_is_long(seconds: int, said: str) -> None:
    assert said in message(of(notice_until=NOW + timedelta(seconds=seconds)), Notice.CLAVE_WAIT)


def test_any_other_notice_stands() -> None:
    assert standing_notice(of(notice=Notice.WRONG_PIN)) == Notice.WRONG_PIN
