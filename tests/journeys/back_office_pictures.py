"""`make back-office-pictures`: the pictures of docs/back-office.md, taken while the work is really done."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.desk import CODE, Desk, have_the_body_answer
from tests.journeys.person import Person
from tests.journeys.serving import ROOT, serving

FOLDER = ROOT / "docs" / "back-office"
WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=800)
COLOURS = 48
REFERENCE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")
OTHER_PAGES = {
    "dashboard": "operacion/",
    "connectors": "operacion/conectores/",
    "links": "operacion/enlaces/",
    "banner": "procedures/banner/add/",
    "connection": "accesses/connectorprofile/add/",
    "import": "importar/",
    "export": "exportar/",
    "versions": "procedures/procedureversion/",
    "questions": "guides/citizenquestion/",
    "search": "buscar/?q=padron",
    "audit": "foundation/auditentry/",
}


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)
    sys.stdout.write(f"{name}\n")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        editor, approver = (
            Desk(browser.new_context(viewport=WIDE, locale="es-ES").new_page(), portal, take) for _ in range(2)
        )
        phone = browser.new_context(viewport=PHONE, locale="es-ES", is_mobile=True, has_touch=True)
        person = Person(phone.new_page(), portal.url, portal.sandbox)
        have_the_body_answer(portal.sandbox)
        editor.signs_in()
        approver.accepts(editor.adds_a_colleague("aprobadora", "Aprobación"), "aprobadora")
        editor.adds_an_entity()
        editor.adds_a_procedure()
        editor.writes_a_version()
        editor.previews()
        editor.sends_to_review()
        approver.opens("")
        take(approver.page, "waiting-for-me")
        approver.approves_and_publishes()
        reference = _uses_it(person)
        editor.closes("Villaejemplo", "Cerrado por mudanza del servidor")
        person.opens(f"/tramites/{CODE}/")
        take(person.page, "citizen-closed")
        _tells_what_happened(editor, reference)
        for name, path in OTHER_PAGES.items():
            editor.opens(path)
            take(editor.page, name)
        browser.close()
    return 0


def _uses_it(person: Person) -> str:
    """A citizen goes the whole way; answers the reference that the result tells."""
    person.starts(CODE, year="2024")
    number = person.somebody(2)
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    take(person.page, "citizen-result")
    found = REFERENCE.search(person.page.locator("main").inner_text())
    assert found
    return found[0]


def _tells_what_happened(desk: Desk, reference: str) -> None:
    desk.opens("atencion/")
    desk.page.fill("[name=reference]", reference)
    desk.page.locator("main form button[type=submit]").first.click()
    take(desk.page, "look-up")


if __name__ == "__main__":
    sys.exit(main())
