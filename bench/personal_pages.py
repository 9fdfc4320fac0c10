"""One citizen's pages, each in the state in which they are seen."""

from __future__ import annotations

from playwright.sync_api import Browser

from tools.browser import PHONE
from tools.person import Person
from tools.serving import Portal

CONSULTATION, DOCUMENT = "tgss/situacion-actual", "tgss/vida-laboral"


def citizen(browser: Browser, portal: Portal) -> Person:
    return Person(browser.new_page(viewport=PHONE, locale="es-ES"), portal.url, portal.sandbox)


def cookie_header(person: Person) -> str:
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in person.page.context.cookies())


def visit_steps(person: Person) -> dict[str, str]:
    """Leave an access at each step, finish two, and return the address of every step and result by its name."""
    number, found = person.somebody(), {}

    def reached(name: str) -> None:
        found[name] = f"{person.portal}{person.path}"

    person.starts_again(CONSULTATION)
    person.sees_step("new_user")
    reached("new user")
    person.starts(CONSULTATION)
    person.saves_user(number)
    reached("method")
    person.starts_again(CONSULTATION)
    person.taps("Cambiar de usuario")
    person.sees_step("user")
    reached("choose user")
    for method, name in (("sms", "contrast"), ("pin_app", "app")):
        person.starts(CONSULTATION)
        person.chooses(method)
        reached(name)
    person.starts(CONSULTATION)
    person.asks_for_sms(number)
    reached("sms pin")
    for code, result in ((CONSULTATION, "consultation"), (DOCUMENT, "document")):
        person.starts(code)
        person.validates_by_app(number)
        person.sees_result(result)
        reached(f"result: {result}")
    person.taps("Ver el documento")
    person.sees_step("document")
    reached("document")
    return found
