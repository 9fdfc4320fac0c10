"""`make doc-pictures`: the eight pictures of the README and the documents, in `docs/pictures/`."""

from __future__ import annotations

from functools import partial

from tools.browser import DESKTOP, PHONE, chromium
from tools.person import Person
from tools.pictures.screenshot import save_screenshot
from tools.serving import ROOT, serving
from tools.staff_session import sign_in

take = partial(save_screenshot, folder=ROOT / "docs" / "pictures", most_bytes=60 * 1024)


def main() -> None:
    with serving() as portal, chromium() as browser:
        phone = browser.new_context(viewport=PHONE, locale="es-ES", reduced_motion="reduce", color_scheme="light")
        person = Person(phone.new_page(), portal.url, portal.sandbox)
        by_sms_to_a_document(person)
        by_app_to_a_consultation(person)
        person.opens("/")
        take(person.page, "home")
        desktop = browser.new_page(viewport=DESKTOP, locale="es-ES", reduced_motion="reduce", color_scheme="light")
        sign_in(desktop, portal)
        take(desktop, "back-office")


def by_sms_to_a_document(person: Person) -> None:
    number = person.somebody()
    person.opens("/tramites/tgss/vida-laboral/")
    take(person.page, "procedure")
    person.starts("tgss/vida-laboral")
    person.saves_user(number)
    person.asks_for_sms(number)
    take(person.page, "sms-pin")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("document")
    person.taps("Ver el documento")
    person.sees_step("document")
    take(person.page, "document")
    person.opens("/descargas/")
    take(person.page, "downloads")


def by_app_to_a_consultation(person: Person) -> None:
    number = person.somebody()
    person.starts("dgt/puntos")
    person.chooses("pin_app")
    take(person.page, "pin-app")
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.sees_result("consultation")
    take(person.page, "result")


if __name__ == "__main__":
    main()
