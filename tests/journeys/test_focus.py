"""After a swap that keeps the heading and the step, the focus is somewhere of use, and what has changed is said."""

from playwright.sync_api import expect

from tools.person import Person

FOCUS = "document.activeElement.tagName"


def _is_not_lost(person: Person) -> None:
    person.page.wait_for_function("document.activeElement !== document.body")


def test_an_sms_sent_again_is_said_and_the_focus_stays_in_the_page(person: Person) -> None:
    clock = person.page.clock
    clock.install()
    number = person.somebody(6)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    resend = person.page.locator("#resend")
    resend.evaluate("button => { button.disabled = false; button.focus(); button.click(); }")
    expect(person.page.locator("[data-error-summary]")).to_be_focused()
    person.sees_problem("Todavía no puedes")
    expect(person.page.locator("#status")).to_have_attribute("role", "status")


def test_a_favourite_is_said_and_the_focus_returns_to_its_button(person: Person) -> None:
    person.opens("/tramites/dgt/puntos/")
    person.page.locator("#status").evaluate("status => { status.dataset.kept = 'yes'; }")
    person.taps("Favorito")
    person.page.get_by_role("dialog").get_by_role("button", name="Guardar en favoritos").click()
    person.hears("está en tus favoritos")
    expect(person.page.get_by_role("link", name="Favorito")).to_be_focused()
    expect(person.page.locator("#status[data-kept]")).to_have_count(1)  # the live region itself is not replaced


def test_the_questions_found_are_counted_aloud_while_somebody_types(person: Person) -> None:
    person.opens("/ayuda/preguntas/")
    field = person.page.get_by_role("searchbox")
    field.press_sequentially("pin")
    person.hears("preguntas para «pin»")
    expect(field).to_be_focused()


def test_while_clave_is_slow_the_focus_stays_where_it_was(person: Person) -> None:
    number = person.somebody(3, "nie")
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    person.sandbox.fail("clave", "reset")
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.page.locator("main progress").wait_for()
    check = person.page.get_by_role("link", name="Comprobar ahora")
    check.focus()
    check.evaluate("link => { link.dataset.old = 'yes'; }")
    expect(person.page.locator("a[data-old]")).to_have_count(0, timeout=10_000)  # the page came again by itself
    _is_not_lost(person)
    expect(check).to_be_focused()
