"""`make back-office-pictures`: the back office at work, in `var/back-office/`; its guide's in `docs/back-office/`."""

from __future__ import annotations

import re
import shutil

from playwright.sync_api import Browser, Page

from tools.browser import DESKTOP, PHONE, chromium
from tools.person import Person
from tools.pictures.screenshot import save_screenshot
from tools.serving import ROOT, Portal, serving
from tools.staff_member import CODE, StaffMember, answer_as_body

FOLDER, GUIDE = ROOT / "var" / "back-office", ROOT / "docs" / "back-office"
SHOWN_IN_GUIDE = ("draft", "import", "look-up", "preview", "switches", "version")
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
    page.evaluate("scrollTo(0, 0)")
    save_screenshot(page, name, folder=FOLDER, most_bytes=60 * 1024)
    if name in SHOWN_IN_GUIDE:
        GUIDE.mkdir(exist_ok=True)
        shutil.copy(FOLDER / f"{name}.png", GUIDE)


def main() -> None:
    with serving() as portal, chromium() as browser:
        editor, approver = (
            StaffMember(browser.new_context(viewport=DESKTOP, locale="es-ES").new_page(), portal, take)
            for _ in range(2)
        )
        answer_as_body(portal.sandbox)
        publish_a_procedure(editor, approver)
        reference = use_as_citizen(browser, portal, editor)
        look_up(editor, reference)
        for name, path in OTHER_PAGES.items():
            editor.opens(path)
            take(editor.page, name)


def publish_a_procedure(editor: StaffMember, approver: StaffMember) -> None:
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


def use_as_citizen(browser: Browser, portal: Portal, editor: StaffMember) -> str:
    """Run the procedure as a citizen, see it closed by the editor, and return the run's reference."""
    phone = browser.new_context(viewport=PHONE, locale="es-ES", is_mobile=True, has_touch=True)
    person = Person(phone.new_page(), portal.url, portal.sandbox)
    person.starts(CODE, year="2024")
    number = person.somebody(2)
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    take(person.page, "citizen-result")
    reference = REFERENCE.search(person.page.locator("main").inner_text())
    if reference is None:
        raise LookupError("The result shows no reference")
    editor.closes("Villaejemplo", "Cerrado por mudanza del servidor")
    person.opens(f"/tramites/{CODE}/")
    take(person.page, "citizen-closed")
    return reference[0]


def look_up(editor: StaffMember, reference: str) -> None:
    editor.opens("atencion/")
    editor.page.fill("[name=reference]", reference)
    editor.page.locator("main form button[type=submit]").first.click()
    take(editor.page, "look-up")


if __name__ == "__main__":
    main()
