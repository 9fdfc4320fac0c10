"""Accessibility of every page and state: axe in light and dark, every width, larger text, the keyboard alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.journeys.inspection import Inspector
from tools.citizen_pages import GUIDES, PUBLIC
from tools.live_sandbox import REFUSAL
from tools.person import Person, contrast_of


@pytest.fixture
def inspector(person: Person, axe: Axe) -> Iterator[Inspector]:
    person.page.emulate_media(reduced_motion="reduce")
    looking = Inspector(person, axe)
    yield looking
    _none(looking.faults)


def _none(faults: list[str]) -> None:
    if faults:
        pytest.fail(f"{len(faults)} faults:\n" + "\n".join(faults), pytrace=False)


def test_what_anybody_can_look_at_suits_everyone(inspector: Inspector) -> None:
    for path, name in PUBLIC:
        inspector.opens(path, name)


def test_the_guides_suit_everyone(inspector: Inspector) -> None:
    for path, name in GUIDES:
        inspector.opens(path, name)


def test_the_way_by_sms_suits_everyone(inspector: Inspector) -> None:
    person = inspector.person
    number = person.somebody(6)
    inspector.opens("/tramites/dgt/informe-vehiculo/empezar/", "start")
    person.sends(plate="mal")
    person.sees_problem("matrícula")
    inspector.looks("start, error")
    person.sends(plate="1234 BBC")
    person.sees_step("new_user")
    inspector.looks("new user")
    person.sends(document_number="12345678A", phone="912345678")
    person.sees_problem("Revisa el número y la letra")
    inspector.looks("new user, error")
    person.sends(document_number=number, alias="Marta", phone="+34 600 00 01 89")
    person.sees_step("method")
    inspector.looks("method")
    person.main_button().click()
    person.sees_problem("Elige")
    inspector.looks("method, error")
    person.chooses("sms")
    inspector.looks("contrast")
    person.sends(issue_date="01/01/2011")
    person.sees_problem("no coincide")
    inspector.looks("contrast, error")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("sms_pin")
    inspector.looks("sms pin")
    person.sends(pin="AAA")
    person.sees_problem("intentos")
    inspector.looks("sms pin, error")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("document")
    inspector.looks("result, document")


def test_a_document_and_what_is_done_with_it_suit_everyone(inspector: Inspector) -> None:
    person = inspector.person
    number = person.somebody(5)
    person.starts("sepe/certificado-situacion")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("document")
    person.taps("Ver el documento")
    person.sees_step("document")
    inspector.looks("document")
    document = person.path
    person.taps("Borrar")
    expect(person.page.locator("dialog[open]")).to_be_visible()
    inspector.looks("document, asking before it is deleted")
    for step in ("nombre", "borrar", "compartir"):
        inspector.opens(f"{document}{step}/", step)
    person.main_button().click()
    person.page.locator("#link").wait_for()
    inspector.looks("share, with its link")
    link = person.page.locator("#link").input_value()
    person.opens(f"{document}nombre/")
    person.sends(name=" ")
    person.sees_problem("nombre")
    inspector.looks("rename, error")
    inspector.opens(link.removeprefix(person.portal), "shared")
    inspector.opens("/descargas/", "downloads")
    person.starts("dgt/puntos")
    person.saves_another_user(person.somebody(4), alias="Nerea")
    inspector.opens("/descargas/", "downloads of two people")
    person.taps("Nerea")
    person.sees("Todavía no hay documentos de Nerea")
    inspector.looks("downloads, none of one person")


def test_the_way_by_the_app_suits_everyone(inspector: Inspector) -> None:
    person = inspector.person
    number = person.somebody(0, "nie")
    person.starts("dgt/puntos")
    person.saves_user(number, alias="Yasmin")
    person.chooses("sms")
    inspector.looks("contrast of a NIE")
    person.taps("Usar la APP")
    person.sees_step("pin_app")
    inspector.looks("app")
    person.sends(code="A", pin="AAA")
    person.sees_problem("4 caracteres")
    inspector.looks("app, error")
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.sees_result("consultation")
    inspector.looks("result, consultation")
    person.starts("aeat/datos-fiscales")
    person.validates_by_app(number)
    person.sees_result("consultation")
    inspector.looks("result, tables")


def test_what_is_saved_on_a_device_suits_everyone(inspector: Inspector) -> None:
    person = inspector.person
    person.starts("tgss/situacion-actual")
    person.saves_user(person.somebody(1), alias="Ana")
    person.starts("dgt/puntos")
    person.saves_another_user(person.somebody(0, "nie"), alias="Bartolomé-Maximiliano Fernández Córdoba")
    person.starts("justicia/certificado-nacimiento", birth_date="02/09/1987", birth_place="Jaén")
    inspector.looks("start, with data and people")
    person.main_button().click()
    person.sees_step("method")
    person.taps("Cambiar de usuario")
    person.sees_step("user")
    inspector.looks("choice of the user")
    person.opens("/tramites/dgt/puntos/")
    person.taps("Favorito")
    expect(person.page.locator("dialog[open]")).to_be_visible()
    inspector.looks("procedure, asking whether it is a favourite")
    person.taps("Guardar en favoritos")
    person.hears("está en tus favoritos")
    inspector.opens("/", "home with what is unfinished, a favourite and recents")
    inspector.opens("/accesos/", "accesses, unfinished")
    person.taps("Descartar")
    person.hears("Trámite descartado")
    inspector.looks("accesses, one discarded")
    inspector.opens("/usuarios/", "users")
    person.taps("Ana")
    person.sees_step("user")
    inspector.looks("saved user")
    person.taps("Quitar de este dispositivo")
    expect(person.page.locator("dialog[open]")).to_be_visible()
    inspector.looks("saved user, asking before it is removed")
    person.page.keyboard.press("Escape")
    person.sends(alias=" ", phone="912345678")
    person.sees_problem("móvil")
    inspector.looks("saved user, error")
    inspector.opens(f"{person.path}borrar/", "remove")
    inspector.opens("/dispositivo/", "device")
    inspector.opens("/dispositivo/borrar/", "erase")


def test_what_goes_wrong_suits_everyone(inspector: Inspector) -> None:
    person = inspector.person
    number = person.sandbox.person(has_data=False)["document_number"]
    person.starts("dgt/multas")
    person.saves_user(number, alias="Iker")
    person.validates_by_app(number)
    person.sees_result("nothing")
    inspector.looks("result, nothing")
    person.sandbox.fail("dgt", "answer", **REFUSAL)
    person.starts("dgt/permiso")
    person.validates_by_app(number)
    person.sees_result("failed")
    inspector.looks("result, failed")
    person.sandbox.fail("tgss", "hang", seconds=30)
    person.starts("tgss/situacion-actual")
    person.validates_by_app(number)
    person.sees_step("wait")
    inspector.looks("wait")
    person.sees_step("wait")
    person.sandbox.work()
    person.starts_again("dgt/puntos")
    person.taps("Cambiar de usuario")
    person.sees_step("user")
    given_up = person.path
    person.opens("/accesos/")
    person.taps("Descartar")
    inspector.opens(given_up, "access, given up")
    person.starts("dgt/puntos")
    person.chooses("pin_app")
    for left in (4, 3, 2, 1):
        person.sends(code="AAAA", pin="AAA")
        person.sees_problem(f"{left} intento")
    person.sends(code="AAAA", pin="AAA")
    person.sees("Empezar otra validación")
    inspector.looks("validation, ended")
    person.sandbox.fail("clave", "reset")
    person.starts("dgt/permiso")
    person.chooses("sms")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.page.locator("main progress").wait_for()
    inspector.looks("checking")


# --- By keyboard alone ----------------------------------------------------------------------------------------------

AT_FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return document.querySelector("dialog[open]") ? null : "nothing has the focus";
  const rings = [at, at.closest(".field")].filter(Boolean).map((node) => getComputedStyle(node));
  if (!rings.some((ring) => ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) > 0)) return "no ring";
  const box = at.getClientRects()[0], xs = [box.left + 2, (box.left + box.right) / 2, box.right - 2];
  const on = (hit) => hit && (at.contains(hit) || hit.contains(at));
  const ys = [box.top + 2, box.bottom - 2], seen = (x) => ys.some((y) => on(document.elementFromPoint(x, y)));
  return xs.some(seen) ? "" : "something lies on it";
}"""
"""Returns what is wrong with the focus; empty when it is visible."""


@dataclass
class Keyboard:
    """A person who uses the keyboard alone, and has to see the focus at each stop."""

    person: Person
    faults: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.person.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.person.page.keyboard.type(text)

    def goes_to(self, wanted: Locator, *, most: int = 40) -> None:
        """Press Tab until there, looking at each stop."""
        for _ in range(most):
            if wanted.evaluate("wanted => wanted === document.activeElement"):
                return
            self.press("Tab")
            self.looks()
        raise AssertionError(f"{wanted} is not reached by {most} times Tab")

    def looks(self) -> None:
        if wrong := self.person.page.evaluate(AT_FOCUS):
            where = self.person.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            self.faults.append(f"{self.person.step}: {wrong}: {where}")

    def arrives(self, step: str) -> None:
        """A step that was swapped in is read from its heading."""
        self.person.sees_step(step)
        expect(self.person.page.locator("h1")).to_be_focused()


@pytest.fixture
def keyboard(person: Person) -> Iterator[Keyboard]:
    typing = Keyboard(person)
    yield typing
    _none(typing.faults)


def test_by_keyboard_alone_to_a_consultation(keyboard: Keyboard) -> None:
    person = keyboard.person
    page, number = person.page, person.somebody(2)
    person.opens("/")
    keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    keyboard.looks()
    keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    keyboard.goes_to(page.locator("main").get_by_role("link", name=re.compile("^Mis puntos")))
    keyboard.press("Enter")
    person.sees_step("procedure")
    keyboard.goes_to(page.get_by_role("link", name="Empezar"))
    keyboard.press("Enter")
    person.sees_step("start")
    keyboard.goes_to(person.main_button())
    keyboard.press("Enter")
    keyboard.arrives("new_user")
    keyboard.goes_to(person.main_button())
    keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    keyboard.looks()
    keyboard.goes_to(page.locator("[data-error-summary] a").first)
    keyboard.press("Enter")
    expect(page.locator("[name=document_number]")).to_be_focused()
    keyboard.types(number)
    keyboard.goes_to(page.locator("[name=alias]"))
    keyboard.types("Lucía")
    keyboard.press("Enter")
    keyboard.arrives("method")
    app, sms = page.locator("[name=method][value=pin_app]"), page.locator("[name=method][value=sms]")
    keyboard.goes_to(app)
    keyboard.press("Space")
    expect(app).to_be_checked()
    keyboard.press("ArrowDown")
    expect(sms).to_be_checked()
    keyboard.press("ArrowUp")
    expect(app).to_be_checked()
    keyboard.goes_to(person.main_button())
    keyboard.press("Enter")
    keyboard.arrives("pin_app")
    shown = person.sandbox.app_pin(number)
    for name in ("code", "pin"):
        keyboard.goes_to(page.locator(f"[name={name}]"))
        keyboard.types(shown[name].lower())
    keyboard.press("Enter")
    person.sees_result("consultation")
    keyboard.arrives("result")
    keyboard.goes_to(page.locator("footer a").last)


def test_a_dialog_is_left_by_the_keyboard_and_leaves_one_where_one_was(keyboard: Keyboard) -> None:
    person = keyboard.person
    page = person.page
    person.starts("dgt/puntos")
    person.saves_user(person.somebody(2), alias="Lucía")
    person.opens("/usuarios/")
    keyboard.goes_to(page.get_by_role("link", name="Lucía"))
    keyboard.press("Enter")
    person.sees_step("user")
    opener, dialog = page.get_by_role("link", name="Quitar de este dispositivo"), page.get_by_role("dialog")
    keyboard.goes_to(opener)
    keyboard.press("Enter")
    expect(dialog).to_have_accessible_name("¿Quitar este usuario?")
    expect(dialog.get_by_role("button", name="Quitar el usuario")).not_to_be_focused()  # one more Enter would do it
    for _ in range(6):
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
        page.keyboard.press("Tab")  # which may leave it for the browser's own bar, as everywhere
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    keyboard.press("Enter")
    expect(dialog).to_be_visible()
    keyboard.goes_to(dialog.get_by_role("link", name="No, conservarlo"))
    keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    keyboard.press("Enter")
    expect(dialog).to_be_visible()
    keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Quitar el usuario")).to_be_focused()
    keyboard.looks()
    keyboard.press("Enter")
    keyboard.arrives("users")
    person.hears("Usuario quitado")
    expect(dialog).to_have_count(0)


# --- Colours of the system, less motion -----------------------------------------------------------------------------

MARKS = """(node) => {
  const style = getComputedStyle(node), sides = ["Top", "Right", "Bottom", "Left"];
  const line = (name) => style[`${name}Style`] === "none" ? 0 : parseFloat(style[`${name}Width`]);
  return JSON.stringify([...sides.map((side) => line(`border${side}`)), line("outline"), style.textDecorationLine,
    style.backgroundColor]);
}"""
"""Finds how the selected one of several options differs from the others in forced colours."""


def test_in_the_colours_of_the_system_what_is_chosen_can_be_told(person: Person) -> None:
    page, alike = person.page, []
    page.emulate_media(forced_colors="active")

    def tells(chosen: str, other: str) -> None:
        if page.locator(chosen).first.evaluate(MARKS) == page.locator(other).first.evaluate(MARKS):
            alike.append(f"{person.step}: {chosen} looks like {other}")

    person.starts("dgt/puntos")
    person.saves_user(person.somebody(1), alias="Ana")
    tells("nav.tabs [aria-current]", "nav.tabs a:not([aria-current])")
    page.locator("[name=method][value=sms]").check()
    tells(".option:has(:checked)", ".option:not(:has(:checked))")
    assert page.locator("[name=method]:checked").evaluate("radio => getComputedStyle(radio).appearance") != "none"
    tells(".bars .on", ".bars :not(.on)")
    person.starts("dgt/puntos")
    person.saves_another_user(person.somebody(2), alias="Papá")
    person.opens("/descargas/")
    tells(".chip[aria-current]", ".chip:not([aria-current])")
    for name in (".btn", ".chip", ".card"):
        box = page.locator(name).first
        assert box.evaluate("box => parseFloat(getComputedStyle(box).borderTopWidth)") >= 1, name
    _none(alike)


MOVING = """() => {
  const still = ["offset", "computedOffset", "easing", "composite", "visibility"];
  const keys = (one) => one.effect.getKeyframes().flatMap((frame) => Object.keys(frame));
  const moves = (one) => keys(one).some((key) => !still.includes(key));
  return document.getAnimations().filter(moves).map((one) => one.animationName ?? one.transitionProperty);
}"""
"""Finds what moves or fades; what appears or disappears at once does neither."""


def test_who_wants_less_motion_sees_none(person: Person) -> None:
    page, number, moving = person.page, person.somebody(3, "nie"), list[str]()
    page.emulate_media(reduced_motion="reduce")

    def holds_still(where: str) -> None:
        moving.extend(f"{where}: {name}" for name in page.evaluate(MOVING))

    person.starts("tgss/situacion-actual")
    person.saves_user(number)
    person.chooses("pin_app")
    person.sandbox.fail("clave", "slow", operation="verifications", seconds=1)
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    expect(person.main_button()).to_have_attribute("aria-busy", "true")
    holds_still("sending")
    person.sandbox.fail("tgss", "slow", seconds=4)
    person.sees_step("wait")
    holds_still("waiting")
    person.sees_result("consultation")
    holds_still("result")
    person.starts_again("dgt/puntos")
    person.opens("/accesos/")
    person.taps("Descartar")
    person.hears("Trámite descartado")
    holds_still("toast")
    _none(moving)
    expect(page.locator(".toast")).to_be_hidden(timeout=10_000)  # it leaves all the same, at once
