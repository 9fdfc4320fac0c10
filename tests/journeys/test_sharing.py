"""Sharing a document by the phone's own sheet, which a headless browser has to be lent."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.journeys.test_interruptions import SLOW_3G
from tools.person import Person

SHEET = """
window.given = [];
window.answer = () => Promise.resolve();
Object.defineProperty(navigator, "canShare", { value: () => true, configurable: true });
Object.defineProperty(navigator, "share", { configurable: true, value: (what) => {
  if (!navigator.userActivation.isActive) return Promise.reject(new DOMException("no tap", "NotAllowedError"));
  const files = (what.files ?? []).map(({ name, type, size }) => ({ name, type, size }));
  window.given.push({ files, url: what.url ?? "" });
  return window.answer();
} });
"""
"""A sheet that notes what it is given, and answers as a test wants it to."""


def refusing(name: str) -> str:
    return f"window.answer = () => Promise.reject(new DOMException('', '{name}')); null"


@pytest.fixture
def sheet(context: BrowserContext) -> None:
    context.add_init_script(SHEET)


@pytest.fixture
def sharing(sheet: None, person: Person) -> Person:
    """A person with a sheet, at the page that shares a document."""
    opens_sharing(person)
    return person


def opens_sharing(person: Person) -> None:
    number = person.somebody(2)
    person.starts("sepe/certificado-situacion")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("document")
    person.taps("Compartir")
    person.sees_step("share")


def file_button(person: Person) -> Locator:
    return person.page.get_by_role("button", name="Enviar el PDF")


def test_the_pdf_itself_goes_to_the_sheet_in_the_tap_for_it_was_fetched_before(sharing: Person) -> None:
    page = sharing.page
    sharing.sees("Envíalo solo a quien deba verlo")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    file_button(sharing).click()
    sharing.sees("Termina allí de enviarlo")
    [given] = page.evaluate("window.given")
    [file] = given["files"]
    assert file["type"] == "application/pdf"
    assert file["name"].endswith(".pdf")
    assert file["size"] > 1000
    expect(page.get_by_role("link", name="Guardar el PDF para enviarlo")).to_be_hidden()


def test_a_second_tap_while_the_sheet_is_open_opens_no_other(sharing: Person) -> None:
    sharing.page.evaluate("window.answer = () => new Promise((done) => { window.finish = done; }); null")
    sharing.page.wait_for_load_state("networkidle")
    file_button(sharing).click()
    file_button(sharing).click()
    sharing.page.evaluate("window.finish()")
    sharing.sees("Termina allí de enviarlo")
    assert len(sharing.page.evaluate("window.given")) == 1


@pytest.mark.parametrize(
    ("name", "told", "may_save"),
    [
        ("AbortError", "el PDF no se ha enviado", False),
        ("NotAllowedError", "no ha dejado enviar el PDF", True),
        ("DataError", "no ha dejado enviar el PDF", True),
    ],
)
def test_a_sheet_that_refuses_is_explained(name: str, told: str, may_save: bool, sharing: Person) -> None:
    sharing.page.evaluate(refusing(name))
    sharing.page.wait_for_load_state("networkidle")
    file_button(sharing).click()
    sharing.sees(told)
    expect(sharing.page.get_by_role("link", name="Guardar el PDF para enviarlo")).to_be_visible(visible=may_save)
    sharing.sees_step("share")


def test_a_slow_file_shows_its_progress_and_asks_for_one_more_tap(sheet: None, person: Person) -> None:
    opens_sharing(person)
    page = person.page
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    page.add_init_script("Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })")
    network.send("Network.emulateNetworkConditions", {**SLOW_3G, "downloadThroughput": 8_000})
    page.reload()
    file_button(person).click()
    expect(page.locator("[data-send] progress")).to_be_visible()
    file_button(person).click()
    person.sees("El PDF está listo: pulsa otra vez")
    assert page.evaluate("window.given") == []


def test_a_file_that_cannot_be_fetched_is_told_and_can_be_tried_again(sheet: None, person: Person) -> None:
    opens_sharing(person)
    person.page.route("**/archivo", lambda route: route.fulfill(status=503))
    person.page.reload()
    file_button(person).click()
    person.sees("No hemos podido preparar el PDF")
    person.page.unroute("**/archivo")
    file_button(person).click()
    person.sees("Termina allí de enviarlo")


def test_a_link_goes_to_the_sheet_too_and_can_be_closed(sharing: Person) -> None:
    page = sharing.page
    sharing.taps("Crear un enlace que caduca")
    expect(page.locator("#made")).to_be_focused()
    link = page.locator("#link").input_value()
    sharing.taps("Enviar el enlace")
    sharing.sees("Termina allí de enviarlo")
    assert page.evaluate("window.given") == [{"files": [], "url": link}]
    page.evaluate(refusing("AbortError"))
    sharing.taps("Enviar el enlace")
    sharing.sees("el enlace no se ha enviado")
    sharing.taps("Cerrar")
    sharing.hears("ya no abre el documento")
    assert page.request.get(link).status == 404


def test_a_link_is_copied_and_where_it_cannot_be_it_is_selected(sharing: Person) -> None:
    page = sharing.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sharing.taps("Crear un enlace que caduca")
    link = page.locator("#link").input_value()
    sharing.taps("Copiar el enlace")
    sharing.sees("Enlace copiado")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('no')); null")
    sharing.taps("Copiar el enlace")
    sharing.sees("el enlace está seleccionado")
    assert page.evaluate("getSelection().toString() || document.activeElement.id") in (link, "link")


def test_without_a_sheet_the_pdf_is_saved_and_the_link_copied(person: Person) -> None:
    opens_sharing(person)
    expect(file_button(person)).to_be_hidden()
    with person.page.expect_download() as downloading:
        person.taps("Guardar el PDF para enviarlo")
    assert downloading.value.suggested_filename.endswith(".pdf")
    person.taps("Crear un enlace que caduca")
    expect(person.page.locator("#link")).to_have_value(re.compile(r"/c/[0-9a-f]{64}/$"))
    expect(person.page.get_by_role("button", name="Enviar el enlace")).to_be_hidden()
