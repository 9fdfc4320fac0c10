"""From a procedure to its data or its document on a phone."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.person import Person, contrast_of


def test_by_the_app_to_a_consultation(person: Person) -> None:
    number = person.somebody(0)
    person.opens("/")
    person.taps("Tráfico")
    person.taps("puntos")
    person.taps("Empezar")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    person.sees("Consultado el")


def test_by_sms_to_a_document_that_is_found_again_renamed_shared_and_deleted(person: Person) -> None:
    number = person.somebody(1)
    person.starts("sepe/certificado-situacion")
    person.saves_user(number)
    person.validates_by_sms(number)
    person.sees_result("document")
    person.taps("Ver el documento")
    person.taps("Cambiar el nombre")
    person.sends(name="Para la beca")
    person.opens("/descargas/")
    person.sees("Para la beca")
    person.taps("Para la beca")
    pdf = person.page.request.get(person.page.url + "archivo")
    assert pdf.body().startswith(b"%PDF-")
    person.opens(re.sub(r"^https?://[^/]+", "", person.page.url) + "compartir/")
    person.main_button().click()
    link = person.page.locator("#link").input_value()
    assert person.page.request.get(link).ok
    person.opens("/descargas/")
    person.taps("Para la beca")
    person.taps("Borrar")
    dialog = person.page.locator("dialog[open]")
    dialog.get_by_role("link", name="No, conservarlo").click()
    expect(dialog).to_have_count(0)
    person.taps("Borrar")
    dialog.get_by_role("button", name="Borrar el documento").click()
    person.sees_step("downloads")
    expect(person.page.locator("main")).not_to_contain_text("Para la beca")
    assert person.page.request.get(link).status == 404


def test_a_foreigner_by_the_support_number(person: Person) -> None:
    number = person.somebody(1, kind="nie")
    person.starts("tgss/numero-seguridad-social")
    person.saves_user(number, alias="Yasmin")
    person.asks_for_sms(number)
    ending = person.sandbox.person(document_number=number)["phone"][-2:]
    person.sees(f"acabado en {ending}")
    code = person.page.locator(".ticket code").inner_text()
    assert code in person.sandbox.messages(number)[0]["text"]
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("consultation")


def test_a_new_user_corrects_what_was_typed_wrong(person: Person) -> None:
    number = person.somebody(2)
    person.starts("dgt/permiso")
    person.sends(document_number="12345678A", alias="Ana", phone="912345678")
    person.sees_problem("Revisa el número y la letra")
    expect(person.page.locator("[data-error-summary]")).to_be_focused()
    expect(person.page.locator("[name=document_number]")).to_have_value("12345678A")
    assert person.page.title().startswith("Error:")
    person.sends(document_number=number, phone="612345678")
    person.sees_step("method")


def test_a_returning_user_is_chosen_and_waits_for_slow_work(person: Person) -> None:
    number = person.somebody(2)
    person.starts("dgt/permiso")
    person.saves_user(number, alias="Papá")
    person.starts("tgss/vida-laboral")
    person.page.get_by_label("Papá").check()
    person.validates_by_app(number)
    person.sees_result("document")


def test_wrong_pins_lead_to_the_datum_then_to_the_end_of_the_validation_and_on(person: Person) -> None:
    number = person.somebody(3)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    for left in (2, 1):
        person.sends(code="AAAA", pin="AAA")
        person.sees_problem(f"{left} intento")
    person.sends(code="AAAA", pin="AAA")
    person.sees_step("contrast")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("pin_app")
    person.sends(code="AAAA", pin="AAA")
    person.sees_problem("1 intento")
    person.sends(code="AAAA", pin="AAA")
    person.sees("Empezar otra validación")
    person.taps("Empezar otra validación")
    person.sees_step("pin_app")
    person.sees("Te quedan 3 intentos")
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.sees_result("consultation")


def test_without_javascript_all_of_it_works(without_javascript: Person) -> None:
    person = without_javascript
    number = person.somebody(2, kind="nie")
    person.starts("tgss/vida-laboral")
    person.saves_user(number)
    person.validates_by_sms(number)
    person.sees_step("wait")
    person.page.locator("main[data-result=document]").wait_for(timeout=30_000)
    person.taps("Ver el documento")
    person.sees("Informe de vida laboral")


def test_clave_down_and_back_loses_nothing(person: Person) -> None:
    number = person.somebody(3, kind="nie")
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("sms")
    person.sandbox.fail("clave", "reset")
    contrast = contrast_of(person.sandbox.person(document_number=number))
    person.sends(**contrast)
    person.page.locator("main progress").wait_for()
    person.sandbox.work()
    person.page.reload()
    person.page.locator("main [name=support_number]").wait_for(timeout=30_000)
    person.sees_step("contrast")
    person.sends(**contrast)
    person.sees_step("sms_pin")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("consultation")


def test_leaving_for_the_sms_and_coming_back_finds_the_same_step(person: Person) -> None:
    number = person.somebody(0, kind="nie")
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.asks_for_sms(number)
    person.page.reload()
    person.sees_step("sms_pin")
    person.opens("/")
    person.taps("Mis puntos")
    person.sees_step("sms_pin")
    person.page.go_back()
    person.page.go_forward()
    person.sees_step("sms_pin")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"].lower())
    person.sees_result("consultation")
    person.page.go_back()
    person.page.go_forward()
    person.sees_result("consultation")


def test_every_page_on_the_way_is_accessible(person: Person, axe: Axe) -> None:
    number = person.somebody(0)

    def look() -> None:
        found = axe.run(person.page)
        assert found.violations_count == 0, f"{person.page.url}: {found.generate_report()}"

    for path in ("/", "/identificacion/", "/tramites/", "/tramites/?q=paro", "/tramites/dgt/", "/ayuda/", "/nada/"):
        person.opens(path)
        look()
    person.starts("dgt/informe-vehiculo")
    look()
    person.page.locator("[name=report]").first.check()
    person.sends(plate="1234 BBC")
    person.sees_step("new_user")
    look()
    person.sends(document_number="mal")
    person.sees_problem("DNI")
    look()
    person.saves_user(number)
    look()
    person.chooses("sms")
    look()
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("sms_pin")
    look()
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("document")
    look()
    person.taps("Ver el documento")
    look()
    for path in ("/descargas/", "/usuarios/", "/accesos/", "/dispositivo/"):
        person.opens(path)
        look()
