"""Typing on a phone: what scripts add to a date and a PIN, and that they never fight with the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tools.person import Person

MOMENT = 3_000
"""Milliseconds until a whole PIN is sent, as in ``static/js/pin.js``."""

TYPE_AND_STOP = """(field, pin) => {
  field.focus();
  for (const letter of pin) document.execCommand("insertText", false, letter);
  document.querySelector(`#${field.id}_helptext button`).click();
}"""
"""At once, as the moment may be over before a busy machine has pressed the button."""


def compose(page: Page, *states: str) -> None:
    """Type as a keyboard that composes does: each state of the word replaces the one before."""
    session = page.context.new_cdp_session(page)
    for text in states:
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def arrives(person: Person) -> None:
    """Wait until the new step has taken the focus: keys pressed before would go astray."""
    expect(person.page.locator("main h1")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.journey
def test_slashes_appear_in_a_date_and_nothing_else_changes(person: Person) -> None:
    person.starts("dgt/puntos")
    person.saves_user(person.somebody())
    person.chooses("sms")
    arrives(person)
    field = person.page.locator("[name=issue_date]")
    for keys, shown in [
        ("05112021", "05/11/2021"),
        ("05/11/2021", "05/11/2021"),
        ("5/1/2021", "5/1/2021"),
        ("05-11-2021", "05-11-2021"),
        ("5.11.2021", "5.11.2021"),
        ("2010-11-05", "2010-11-05"),
        ("20211105", "20211105"),
    ]:
        field.fill("")
        press(person.page, *keys)
        assert field.input_value() == shown
    field.fill("")
    press(person.page, *"0511", *["Backspace"] * 3, *"122021")
    assert field.input_value() == "05/12/2021"
    press(person.page, "Home", "ArrowRight", "Delete", "4")
    assert (field.input_value(), field.evaluate("field => field.selectionStart")) == ("04/12/2021", 2)
    field.fill("")
    compose(person.page, "0", "05", "051", "0511")
    assert field.input_value() == "0511"


@pytest.mark.journey
def test_a_code_stays_as_the_keyboard_composes_it(person: Person) -> None:
    person.starts("dgt/puntos")
    person.saves_user(person.somebody())
    person.chooses("pin_app")
    arrives(person)
    field = person.page.locator("[name=code]")
    field.focus()
    compose(person.page, "k", "ks", "ksx", "ksxr")
    assert field.input_value() == "ksxr"
    assert field.evaluate("field => getComputedStyle(field).textTransform") == "uppercase"


@pytest.mark.journey
def test_a_pin_is_sent_by_itself_after_a_moment_in_which_it_can_be_stopped(person: Person) -> None:
    number = person.somebody()
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    arrives(person)
    hint, pin = person.page.locator("#id_pin_helptext"), person.sandbox.messages(number)[0]["pin"].lower()
    expect(hint).to_contain_text("se envía solo")
    person.page.locator("[name=pin]").focus()
    press(person.page, *pin)
    expect(hint).to_contain_text("Enviando…")
    press(person.page, "Backspace")
    expect(hint).not_to_contain_text("Enviando…")
    person.page.wait_for_timeout(MOMENT + 500)
    person.sees_step("sms_pin")
    press(person.page, pin[-1])
    person.sees_result("consultation")


@pytest.mark.journey
def test_a_pin_that_was_stopped_waits_for_its_button_and_a_pasted_sms_is_read(person: Person) -> None:
    number = person.somebody(1)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    arrives(person)
    message = person.sandbox.messages(number)[0]
    field = person.page.locator("[name=pin]")
    field.evaluate(TYPE_AND_STOP, message["pin"])
    expect(field).to_be_focused()
    press(person.page, "Backspace", message["pin"][-1])
    person.page.wait_for_timeout(MOMENT + 500)
    person.sees_step("sms_pin")
    person.sends(pin=message["text"])
    person.sees_result("consultation")
