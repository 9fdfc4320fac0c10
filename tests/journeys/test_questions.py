"""Send a question to the portal: errors are named, what was typed stays, and a reference is shown."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.person import Person

pytestmark = pytest.mark.journey

QUESTION = "¿Puedo pedir la vida laboral de mi padre desde mi móvil?"


def _asks_with_a_slip(person: Person) -> None:
    person.opens("/ayuda/preguntas/")
    person.taps("Pregúntanos")
    person.sees_step("ask")
    person.page.locator("[name=topic]").select_option(index=1)
    person.sends(text=QUESTION, email="ana@")
    person.sees_problem("Escribe un correo completo")


def _mends_it(person: Person) -> None:
    topic = person.page.locator("[name=topic]")
    expect(topic).not_to_have_value("")
    expect(person.page.locator("[name=text]")).to_have_value(QUESTION)
    expect(person.page.locator("[name=email]")).to_have_value("ana@")
    person.sends(email="ana@ejemplo.es")


def test_a_question_with_a_slip_is_mended_and_gets_a_reference(person: Person, axe: Axe) -> None:
    _asks_with_a_slip(person)
    expect(person.page.locator("[data-error-summary]")).to_be_focused()
    expect(person.page).to_have_title(re.compile("^Error:"))
    person.page.locator("[data-error-summary] a").first.click()
    expect(person.page.locator("[name=email]")).to_be_focused()
    assert axe.run(person.page).violations_count == 0
    _mends_it(person)
    person.sees_step("asked")
    expect(person.page.locator("h1")).to_be_focused()
    expect(person.page.locator(".ticket code")).to_have_text(re.compile(r"^[A-Z0-9-]{6,}$"))
    assert axe.run(person.page).violations_count == 0


def test_a_question_is_asked_without_javascript(without_javascript: Person) -> None:
    _asks_with_a_slip(without_javascript)
    _mends_it(without_javascript)
    without_javascript.sees_step("asked")
    expect(without_javascript.page.locator(".ticket code")).to_have_text(re.compile(r"^[A-Z0-9-]{6,}$"))
