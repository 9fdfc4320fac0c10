"""A picture of each page and state, at phone and desktop size, light and dark: `make screens` writes `docs/screens/`.

One picture holds the four of them side by side, so that a page is looked at once. The pages are the real ones, reached
as people reach them, on a portal of its own.
"""

from __future__ import annotations

import io
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.person import Person, contrast_of
from tests.journeys.places import GUIDES, PUBLIC, REFUSED
from tests.journeys.serving import ROOT, Portal, serving

FOLDER = ROOT / "docs" / "screens"
PHONE, DESKTOP = ViewportSize(width=360, height=800), ViewportSize(width=1280, height=800)
TALLEST = 2400
COLOURS = 96
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GAP = 16
INSTALL_OFFER = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = () => {};
  dispatchEvent(event);
}"""
"""What a browser says that can install the portal; a private window never does."""


class Album:
    """Takes the pictures, numbered in the order in which they are taken."""

    def __init__(self, folder: Path, wanted: list[str]) -> None:
        self.folder, self.wanted, self.number = folder, wanted, 0

    def take(self, page: Page, name: str) -> None:
        """The page as it stands now, under this name."""
        self.number += 1
        if self.wanted and not any(part in name for part in self.wanted):
            return
        page.wait_for_load_state("networkidle")
        shots = []
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            tall = max(size["height"], min(page.evaluate("document.documentElement.scrollHeight"), TALLEST))
            page.set_viewport_size(ViewportSize(width=size["width"], height=tall))
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                shots.append(shot if size == PHONE else shot.reduce(2))
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
        side_by_side(shots).save(self.folder / f"{self.number:02d}-{name}.png", optimize=True)
        sys.stdout.write(f"{self.number:02d}-{name}\n")


def side_by_side(shots: list[Image.Image]) -> Image.Image:
    height = min(max(shot.height for shot in shots), TALLEST)
    width = sum(shot.width for shot in shots) + GAP * (len(shots) - 1)
    sheet, left = Image.new("RGB", (width, height), "#8a8f94"), 0
    for shot in shots:
        sheet.paste(shot.crop((0, 0, shot.width, min(shot.height, TALLEST))), (left, 0))
        left += shot.width + GAP
    return sheet.quantize(COLOURS)


class Walk:
    """The ways that the pictures are taken on; each in a browser of its own, as nothing is to be left from another."""

    def __init__(self, browser: Browser, portal: Portal, album: Album) -> None:
        self.browser, self.portal, self.album = browser, portal, album
        self.person = self.somebody_new()

    def somebody_new(self, **options: bool) -> Person:
        self.portal.sandbox.work()
        context: BrowserContext = self.browser.new_context(viewport=PHONE, locale="es-ES", **options)  # type: ignore[arg-type]  # options of the same call
        context.set_default_timeout(15_000)
        self.person = Person(context.new_page(), self.portal.url, self.portal.sandbox)
        return self.person

    def take(self, name: str) -> None:
        self.album.take(self.person.page, name)

    def open(self, path: str, name: str) -> None:
        self.person.opens(path)
        self.take(name)

    def change(self, statement: str) -> None:
        """Have the portal's database say what would take hours to come about."""
        with closing(sqlite3.connect(self.portal.data / "var" / "tramites.sqlite3", timeout=20)) as database, database:
            database.execute(statement)

    def numbers(self, kind: str = "dni") -> list[str]:
        """Everybody of this kind for whom everything works."""
        return [self.person.somebody(position, kind) for position in range(4)]


def looking_around(walk: Walk) -> None:
    for path, name in PUBLIC:
        walk.open(path, name)


def guides(walk: Walk) -> None:
    for path, name in GUIDES:
        walk.open(path, name)


def asking(walk: Walk) -> None:
    person = walk.person
    person.opens("/ayuda/preguntar/")
    person.sends(text="Corto", email="nadie@")
    person.sees_problem("correo")
    walk.take("question-error")
    person.page.locator("[name=topic]").select_option(index=1)
    person.sends(text="¿Puedo pedir la vida laboral de mi padre desde mi móvil?", email="ana@ejemplo.es")
    person.sees_step("asked")
    walk.take("question-received")


def another_language(walk: Walk) -> None:
    person = walk.somebody_new()
    person.opens("/idioma/?to=en")
    walk.open("/", "home-in-english")


def by_sms_to_a_document(walk: Walk) -> None:
    person, number = walk.somebody_new(), walk.numbers()[0]
    person.opens("/tramites/dgt/informe-vehiculo/empezar/")
    walk.take("start")
    person.sends(plate="mal")
    person.sees_problem("matrícula")
    walk.take("start-error")
    person.page.locator("[name=report]").first.check()
    person.sends(plate="1234 BBC")
    person.sees_step("new_user")
    walk.take("new-user")
    person.sends(document_number="12345678A", alias="", phone="912345678")
    person.sees_problem("lleva la Z")
    walk.take("new-user-error")
    person.sends(document_number=number, alias="Ana", phone="+34 600 00 01 89")
    person.sees_step("method")
    walk.take("method")
    person.chooses("sms")
    walk.take("contrast")
    person.sends(issue_date="01/01/2020")
    person.sees_problem("no coincide")
    walk.take("contrast-error")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("sms_pin")
    walk.take("sms-pin")
    person.sends(pin="AAA")
    person.sees_problem("intentos")
    walk.take("sms-pin-error")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("document")
    walk.take("result-document")
    person.taps("Ver el documento")
    person.sees_step("document")
    walk.take("document")
    address = person.page.url
    for step, name in (("nombre/", "rename"), ("borrar/", "delete"), ("compartir/", "share")):
        person.page.goto(address + step)
        walk.take(name)
    person.main_button().click()
    person.page.locator("#link").wait_for()
    walk.take("share-link")
    link = person.page.locator("#link").input_value()
    person.page.goto(link)
    walk.take("shared")
    person.opens("/")
    walk.take("home-with-recents")


def several_people(walk: Walk) -> None:
    person, numbers = walk.somebody_new(), walk.numbers()
    person.starts("tgss/situacion-actual")
    person.saves_user(numbers[0], alias="Ana")
    person.starts("dgt/puntos")
    person.taps("Crear usuario")
    person.saves_user(numbers[1], alias="Papá")
    person.starts("dgt/puntos")
    walk.take("user")
    person.taps("Crear usuario")
    person.saves_user(person.somebody(0, "nie"), alias="Yasmin")
    person.chooses("sms")
    walk.take("contrast-nie")
    walk.open("/accesos/", "accesses")
    person.opens("/tramites/aeat/datos-fiscales/favorito/")
    person.main_button().click()
    person.hears("está en tus favoritos")
    walk.open("/", "home-with-favourites")
    walk.open("/usuarios/", "users")
    person.taps("Papá")
    walk.take("user-change")
    walk.person.page.goto(person.page.url + "borrar/")
    walk.take("user-remove")
    walk.open("/dispositivo/", "device")
    walk.open("/dispositivo/borrar/", "device-erase")


def by_the_app_to_data(walk: Walk) -> None:
    person, number = walk.somebody_new(), walk.numbers()[3]
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.chooses("pin_app")
    walk.take("pin-app")
    person.sends(code="AAAA", pin="AAA")
    person.sees_problem("no son correctos")
    walk.take("pin-app-error")
    app = person.sandbox.app_pin(number)
    person.sends(code=app["code"], pin=app["pin"])
    person.sees_result("consultation")
    person.page.evaluate(INSTALL_OFFER)
    walk.take("result-consultation-install")
    for code, name in (("aeat/datos-fiscales", "result-tables"), ("sepe/prestacion-actual", "result-benefit")):
        _again(person, code, number)
        person.sees_result("consultation")
        walk.take(name)
    result = person.path
    walk.open("/descargas/", "downloads-none-yet")
    person.opens("/tramites/dgt/puntos/empezar/")
    person.page.locator("main input[name=csrfmiddlewaretoken]").evaluate("field => { field.value = 'old'; }")
    person.page.locator("main form").evaluate("form => form.submit()")
    person.sees("los formularios caducan")
    walk.take("form-too-old")
    walk.change("UPDATE accesses_access SET result_expires_at = '2020-01-01'")
    walk.open(result, "result-gone")


def what_goes_wrong(walk: Walk) -> None:
    person, number = walk.somebody_new(), walk.person.somebody(2)
    person.starts("dgt/permiso")
    person.saves_user(number, alias="Manuel")
    person.chooses("pin_app")
    for left in (4, 3, 2, 1):
        person.sends(code="AAAA", pin="AAA")
        person.sees_problem(f"{left} intento")
    person.sends(code="AAAA", pin="AAA")
    person.sees("Empezar otra validación")
    walk.take("validation-ended")
    person.taps("Empezar otra validación")
    person.page.locator("main [name=code]").wait_for()
    walk.change("UPDATE clave_validation SET expires_at = '2020-01-01' WHERE state = 'open'")
    person.page.reload()
    person.sees("caducad")
    walk.take("validation-expired")
    person.starts_again("dgt/puntos")
    person.opens("/accesos/")
    person.taps("Descartar")
    person.hears("descartado")
    walk.take("accesses-discarded")
    person = walk.somebody_new()
    nothing = person.sandbox.person(has_data=False)["document_number"]
    person.starts("dgt/multas")
    person.saves_user(nothing, alias="Iker")
    person.validates_by_app(nothing)
    person.sees_result("nothing")
    walk.take("result-nothing")
    person.sandbox.fail("tgss", "hang", seconds=30)
    _again(person, "tgss/situacion-actual", nothing)
    person.sees_step("wait")
    walk.take("wait")
    person.sandbox.fail("dgt", "answer", **REFUSED)
    _again(person, "dgt/permiso", nothing)
    person.sees_result("failed")
    walk.take("result-failed")
    person.sandbox.fail("clave", "reset")
    person.starts("dgt/puntos")
    _choose_first(person)
    person.chooses("sms")
    person.sends(**contrast_of(person.sandbox.person(document_number=nothing)))
    person.page.locator("progress").wait_for()
    walk.take("checking")


def before_beginning(walk: Walk) -> None:
    """What is told before anybody identifies: Cl@ve or a body struggles, a procedure is closed."""
    person = walk.somebody_new()
    walk.change("INSERT OR REPLACE INTO clave_gatewayhealth (id, failures, failed_at) VALUES (1, 9, datetime('now'))")
    walk.change(
        "INSERT INTO procedures_operatorswitch (procedure_id, state, notice, notice_es, notice_en, revision,"
        " changed_at) SELECT id, 'closed', '', '', '', 1, datetime('now') FROM procedures_procedure"
        " WHERE slug = 'permiso'"
    )
    walk.change(
        "INSERT OR REPLACE INTO procedures_connectorhealth (entity_slug, state, failures, slow_answers, failed_at)"
        " VALUES ('sepe', 'down', 9, 0, datetime('now'))"
    )
    walk.change("UPDATE procedures_cataloguestamp SET number = number + 1")
    _reload_until(person, "/tramites/dgt/permiso/", ".note")
    walk.take("procedure-closed")
    _reload_until(person, "/tramites/sepe/", ".note")
    walk.take("entity-down")
    _reload_until(person, "/tramites/dgt/puntos/empezar/", ".note")
    walk.take("start-clave-struggles")


def when_all_fails(walk: Walk) -> None:
    person = walk.somebody_new()
    person.starts("dgt/puntos")
    walk.change("ALTER TABLE accounts_claveuser RENAME TO gone")
    walk.open("/usuarios/", "server-error")
    walk.change("ALTER TABLE gone RENAME TO accounts_claveuser")
    with tempfile.TemporaryDirectory() as data, serving(Path(data), MAINTENANCE="hoy a las 18:00") as closed:
        person.page.goto(closed.url)
        walk.take("maintenance")


def _reload_until(person: Person, path: str, shown: str) -> None:
    """Until every process has looked again."""
    for _look in range(40):
        person.opens(path)
        if person.page.locator(f"main {shown}").count():
            return
        person.page.wait_for_timeout(250)
    raise AssertionError(f"{path} never shows {shown}")


def _choose_first(person: Person) -> None:
    person.sees_step("user")
    person.main_button().click()
    person.sees_step("method")


def _again(person: Person, code: str, number: str) -> None:
    """Another procedure for the user who is saved, with the first year where one is asked."""
    person.opens(f"/tramites/{code}/empezar/")
    year = person.page.locator("main select")
    if year.count():
        year.first.select_option(index=1)
    person.main_button().click()
    _choose_first(person)
    person.validates_by_app(number)


WALKS: tuple[Callable[[Walk], None], ...] = (
    looking_around,
    guides,
    asking,
    another_language,
    by_sms_to_a_document,
    several_people,
    by_the_app_to_data,
    what_goes_wrong,
    before_beginning,
    when_all_fails,
)


def main(wanted: list[str]) -> int:
    """All of them, or those whose name holds one of the words given."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not wanted:
        for old in FOLDER.glob("*.png"):
            old.unlink()
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data), QUESTION_SECONDS="0") as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        walk = Walk(browser, portal, Album(FOLDER, wanted))
        for way in WALKS:
            way(walk)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
