"""What ends while somebody looks at it says so by itself: the PIN, the validation, a consultation on the screen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tools.person import Person
from tools.serving import Portal

Ends = Callable[[str, str], None]


@pytest.fixture
def ends(portal: Portal) -> Ends:
    """Let a moment of the rows pass at the server: that it is over there is what the page has to find out."""

    def end(table: str, column: str) -> None:
        database = portal.data / "var" / "tramites.sqlite3"
        with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
            connection.execute(f"UPDATE {table} SET {column} = '2020-01-01 00:00:00' WHERE {column} IS NOT NULL")  # noqa: S608

    return end


def _at_the_sms_pin(person: Person, number: str) -> None:
    person.page.clock.install()
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    expect(person.page.locator("[data-deadline][data-read]")).to_have_count(1)


def _at_a_consultation(person: Person, number: str) -> None:
    person.page.clock.install()
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    expect(person.page.locator("[data-deadline][data-read]")).to_have_count(1)


def test_when_the_pin_expires_the_page_changes_its_heading_and_its_button(person: Person, ends: Ends) -> None:
    _at_the_sms_pin(person, person.somebody(0))
    ends("clave_validation", "pin_expires_at")
    expect(person.page.locator("main [name=pin]")).to_be_visible()
    person.page.clock.run_for("10:02")
    expect(person.page.locator("h1")).to_have_text("El PIN ha caducado")
    expect(person.page.locator("h1")).to_be_focused()
    expect(person.page.locator("main [name=pin]")).to_have_count(0)
    expect(person.page.locator("main .btn").first).to_have_text("Pedir otro SMS")
    person.taps("Pedir otro SMS")
    person.sees_step("contrast")


def test_who_comes_back_after_the_pin_expired_is_told_at_once(person: Person, ends: Ends) -> None:
    """Timers slept while the phone showed the SMS; coming back is the event."""
    _at_the_sms_pin(person, person.somebody(1))
    ends("clave_validation", "pin_expires_at")
    person.page.clock.fast_forward("11:00")
    person.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(person.page.locator("h1")).to_have_text("El PIN ha caducado")


def test_an_ended_validation_offers_another(person: Person, ends: Ends) -> None:
    number = person.somebody(3)
    person.page.clock.install()
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    ends("clave_validation", "expires_at")
    person.page.clock.run_for("30:02")
    expect(person.page.locator("h1")).to_have_text("Esta validación ha caducado")
    expect(person.page.locator("main .btn").first).to_have_text("Empezar otra validación")
    person.main_button().click()
    person.sees_step("pin_app")


def test_a_consultation_leaves_the_screen_at_its_minute_even_without_a_network(person: Person, ends: Ends) -> None:
    _at_a_consultation(person, person.somebody(4))
    data = person.page.locator("main .done")
    expect(data).to_be_visible()
    person.page.context.set_offline(True)
    person.page.clock.run_for("15:02")
    expect(data).to_have_count(0)
    expect(person.page.locator("h1")).to_have_text("Esta consulta ya se ha borrado")
    ends("accesses_access", "result_expires_at")
    person.page.context.set_offline(False)
    person.sees_step("ended")
    person.sees("Hacerlo otra vez")


def test_a_consultation_is_gone_on_return_from_the_back_forward_cache(person: Person, ends: Ends) -> None:
    _at_a_consultation(person, person.somebody(5))
    ends("accesses_access", "result_expires_at")
    person.page.clock.fast_forward("16:00")
    gone = person.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) && !document.querySelector('.done')"
    )
    assert gone, "it is still there when the page is drawn again"
    person.sees_step("ended")


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_phone_whose_clock_is_wrong_counts_rightly(person: Person, hours: int) -> None:
    number = person.somebody(2, "nie")
    person.page.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    expect(person.page.locator("time[data-countdown]")).to_contain_text("29 min")
    expect(person.page.locator("main [name=pin]")).to_be_visible()
