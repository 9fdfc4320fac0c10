"""The ways through the portal on which the pictures are taken."""

from __future__ import annotations

from collections.abc import Callable

from tools.citizen_pages import GUIDES, PUBLIC
from tools.live_sandbox import REFUSAL
from tools.person import Person, contrast_of
from tools.screens.tour import Tour
from tools.serving import serving

INSTALL_OFFER = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = () => {};
  dispatchEvent(event);
}"""
"""The event of a browser that can install the portal; a headless one never sends it."""


def public_pages(tour: Tour) -> None:
    for path, name in (*PUBLIC, *GUIDES):
        tour.open(path, name)


def question(tour: Tour) -> None:
    person = tour.person
    person.opens("/ayuda/preguntar/")
    person.sends(text="Corto", email="nadie@")
    person.sees_problem("correo")
    tour.take("question-error")
    person.page.locator("[name=topic]").select_option(index=1)
    person.sends(text="¿Puedo pedir la vida laboral de mi padre desde mi móvil?", email="ana@ejemplo.es")
    person.sees_step("asked")
    tour.take("question-received")


def english(tour: Tour) -> None:
    tour.somebody_new().opens("/idioma/?to=en")
    tour.open("/", "home-in-english")


def sms_to_document(tour: Tour) -> None:
    person = tour.somebody_new()
    number = person.somebody()
    _start_with_new_user(tour, person, number)
    person.chooses("sms")
    tour.take("contrast")
    person.sends(issue_date="01/01/2020")
    person.sees_problem("no coincide")
    tour.take("contrast-error")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("sms_pin")
    tour.take("sms-pin")
    person.sends(pin="AAA")
    person.sees_problem("intentos")
    tour.take("sms-pin-error")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("document")
    tour.take("result-document")
    _document(tour, person)
    tour.open("/", "home-with-recents")


def _start_with_new_user(tour: Tour, person: Person, number: str) -> None:
    person.opens("/tramites/dgt/informe-vehiculo/empezar/")
    tour.take("start")
    person.sends(plate="mal")
    person.sees_problem("matrícula")
    tour.take("start-error")
    person.page.locator("[name=report]").first.check()
    person.sends(plate="1234 BBC")
    person.sees_step("new_user")
    tour.take("new-user")
    person.sends(document_number="12345678A", alias="", phone="912345678")
    person.sees_problem("Revisa el número y la letra")
    tour.take("new-user-error")
    person.sends(document_number=number, alias="Ana", phone="+34 600 00 01 89")
    person.sees_step("method")
    tour.take("method")


def _document(tour: Tour, person: Person) -> None:
    person.taps("Ver el documento")
    person.sees_step("document")
    tour.take("document")
    address = person.page.url
    for step, name in (("nombre/", "rename"), ("borrar/", "delete"), ("compartir/", "share")):
        person.page.goto(address + step)
        tour.take(name)
    person.main_button().click()
    person.page.locator("#link").wait_for()
    tour.take("share-link")
    person.page.goto(person.page.locator("#link").input_value())
    tour.take("shared")


def several_people(tour: Tour) -> None:
    person = tour.somebody_new()
    person.starts("tgss/situacion-actual")
    person.saves_user(person.somebody(0), alias="Ana")
    person.starts("dgt/puntos")
    person.saves_another_user(person.somebody(1), alias="Papá")
    person.starts("dgt/puntos")
    tour.take("start-several-people")
    person.saves_another_user(person.somebody(0, "nie"), alias="Yasmin")
    person.chooses("sms")
    tour.take("contrast-nie")
    person.taps("Cambiar de usuario")
    person.sees_step("user")
    tour.take("user")
    tour.open("/accesos/", "accesses")
    person.opens("/tramites/aeat/datos-fiscales/favorito/")
    person.main_button().click()
    person.hears("está en tus favoritos")
    tour.open("/", "home-with-favourites")
    tour.open("/usuarios/", "users")
    person.taps("Papá")
    tour.take("user-change")
    person.page.goto(person.page.url + "borrar/")
    tour.take("user-remove")
    tour.open("/dispositivo/", "device")
    tour.open("/dispositivo/borrar/", "device-erase")


def app_to_consultation(tour: Tour) -> None:
    person = tour.somebody_new()
    number = person.somebody(3)
    person.starts("dgt/puntos")
    tour.take("start-somebody-new")
    person.saves_user(number)
    person.chooses("pin_app")
    tour.take("pin-app")
    person.sends(code="AAAA", pin="AAA")
    person.sees_problem("no son correctos")
    tour.take("pin-app-error")
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.sees_result("consultation")
    person.page.evaluate(INSTALL_OFFER)
    tour.take("result-consultation-install")
    for code, name in (("aeat/datos-fiscales", "result-tables"), ("sepe/prestacion-actual", "result-benefit")):
        tour.finish_by_app(code, number)
        person.sees_result("consultation")
        tour.take(name)
    result = person.path
    tour.open("/descargas/", "downloads-none-yet")
    person.opens("/tramites/dgt/puntos/empezar/")
    person.page.locator("main input[name=csrfmiddlewaretoken]").evaluate("field => { field.value = 'old'; }")
    person.page.locator("main form").evaluate("form => form.submit()")
    person.sees("los formularios caducan")
    tour.take("form-too-old")
    tour.execute("UPDATE accesses_access SET result_expires_at = '2020-01-01'")
    tour.open(result, "result-gone")


def ended_validations(tour: Tour) -> None:
    number, person = tour.person.somebody(2), tour.somebody_new()
    person.starts("dgt/permiso")
    person.saves_user(number, alias="Manuel")
    person.chooses("pin_app")
    for left in (2, 1):
        person.sends(code="AAAA", pin="AAA")
        person.sees_problem(f"{left} intento")
    person.sends(code="AAAA", pin="AAA")
    person.sees_step("contrast")
    tour.take("contrast-for-the-app")
    for words in ("4 veces", "3 veces", "a las"):
        person.sends(issue_date="01/01/2020")
        person.sees_problem(words)
    tour.take("contrast-pause")
    person.page.locator("#ask:enabled").wait_for(timeout=40_000)
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("pin_app")
    person.sends(code="AAAA", pin="AAA")
    person.sees_problem("1 intento")
    person.sends(code="AAAA", pin="AAA")
    person.sees("Empezar otra validación")
    tour.take("validation-ended")
    person.taps("Empezar otra validación")
    person.page.locator("main [name=code]").wait_for()
    tour.execute("UPDATE clave_validation SET expires_at = '2020-01-01' WHERE state = 'open'")
    person.page.reload()
    person.sees("caducad")
    tour.take("validation-expired")
    person.starts_again("dgt/puntos")
    person.opens("/accesos/")
    person.taps("Descartar")
    person.hears("descartado")
    tour.take("accesses-discarded")


def other_outcomes(tour: Tour) -> None:
    person = tour.somebody_new()
    number = person.sandbox.person(has_data=False)["document_number"]
    person.starts("dgt/multas")
    person.saves_user(number, alias="Iker")
    person.validates_by_app(number)
    person.sees_result("nothing")
    tour.take("result-nothing")
    person.sandbox.fail("tgss", "hang", seconds=30)
    tour.finish_by_app("tgss/situacion-actual", number)
    person.sees_step("wait")
    tour.take("wait")
    person.sandbox.fail("dgt", "answer", **REFUSAL)
    tour.finish_by_app("dgt/permiso", number)
    person.sees_result("failed")
    tour.take("result-failed")
    person.sandbox.fail("clave", "reset")
    person.starts("dgt/puntos")
    person.chooses("sms")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.page.locator("progress").wait_for()
    tour.take("checking")


def degraded_services(tour: Tour) -> None:
    """Cl@ve or a body is in trouble, or a procedure closed: shown before anybody identifies."""
    tour.somebody_new()
    tour.execute("INSERT OR REPLACE INTO clave_gatewayhealth (id, failures, failed_at) VALUES (1, 9, datetime('now'))")
    tour.execute(
        "INSERT INTO procedures_operatorswitch (procedure_id, state, notice, notice_es, notice_en, revision,"
        " changed_at) SELECT id, 'closed', '', '', '', 1, datetime('now') FROM procedures_procedure"
        " WHERE slug = 'permiso'"
    )
    tour.execute(
        "INSERT OR REPLACE INTO procedures_connectorhealth (entity_slug, state, failures, slow_answers, failed_at)"
        " VALUES ('sepe', 'down', 9, 0, datetime('now'))"
    )
    tour.execute(
        "INSERT INTO procedures_cataloguestamp (id, number) VALUES (2, 1)"  # availability
        " ON CONFLICT (id) DO UPDATE SET number = number + 1"
    )
    tour.open_until("/tramites/dgt/permiso/", ".note", "procedure-closed")
    tour.open_until("/tramites/sepe/", ".note", "entity-down")
    tour.open_until("/tramites/dgt/puntos/empezar/", ".note", "start-clave-degraded")


def outages(tour: Tour) -> None:
    person = tour.somebody_new()
    person.starts("dgt/puntos")
    tour.execute("ALTER TABLE accounts_claveuser RENAME TO gone")
    tour.open("/usuarios/", "server-error")
    tour.execute("ALTER TABLE gone RENAME TO accounts_claveuser")
    with serving(MAINTENANCE="hoy a las 18:00") as closed:
        person.page.goto(closed.url)
        tour.take("maintenance")


WALKS: tuple[Callable[[Tour], None], ...] = (
    public_pages,
    question,
    english,
    sms_to_document,
    several_people,
    app_to_consultation,
    ended_validations,
    other_outcomes,
    degraded_services,
    outages,
)
