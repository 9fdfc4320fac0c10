"""A member of the staff in a browser: the work of an editor, an approver and an operator in the back office."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from pyotp import TOTP

from tools.live_sandbox import LiveSandbox
from tools.serving import Portal
from tools.staff_session import at_localhost, sign_in

PASSWORD = "una frase larga que solo ella sabe"  # noqa: S105  a fictional colleague's
ENTITY = {
    "slug": "villaejemplo",
    "name_es": "Ayuntamiento de Villaejemplo",
    "name_en": "Villaejemplo Town Council",
    "short_name_es": "Villaejemplo",
    "short_name_en": "Villaejemplo",
    "monogram": "AV",
    "contact": "010",
}
VERSION = {
    "name_es": "Mi empadronamiento",
    "name_en": "My registration of residence",
    "summary_es": "Dónde y desde cuándo estás empadronado.",
    "summary_en": "Where you are registered, and since when.",
    "purpose_es": "Para comprobar tu dirección en el padrón.",
    "purpose_en": "To check your address in the register.",
    "needs_es": "El año que quieres consultar.",
    "needs_en": "The year that you want to look up.",
    "gets_es": "En pantalla: tu dirección y la fecha de alta.",
    "gets_en": "On screen: your address and the date of registration.",
    "duration_es": "Al momento",
    "duration_en": "At once",
    "legal_basis_es": "Ley 7/1985, Reguladora de las Bases del Régimen Local, artículo 16.",
    "legal_basis_en": "Law 7/1985 on Local Government, article 16.",
    "keywords_es": "padrón",
    "connector": "{sandbox}/bodies/ine/censo-electoral",
    "required_data-0-key": "year",
    "required_data-0-label_es": "¿De qué año?",
    "required_data-0-label_en": "Of which year?",
    "required_data-0-minimum": "2020",
    "required_data-0-maximum": "0",
}
CODE = "villaejemplo/empadronamiento"
ANSWER = {
    "title": "Tu empadronamiento",
    "issued_at": "2026-11-24T10:00:00+01:00",
    "sections": [{"heading": "Padrón", "rows": [{"label": "Dirección", "value": "Calle de la Prueba, 1"}]}],
}
"""The consultation that the fictional body returns."""


def answer_as_body(sandbox: LiveSandbox) -> None:
    """Have the sandbox return `ANSWER` at the address of the procedure's connector until its faults are changed."""
    body = base64.b64encode(json.dumps(ANSWER).encode()).decode()
    headers = {"Content-Type": "application/json"}
    sandbox.fail("ine", "answer", operation="run", status=200, headers=headers, body_base64=body)


@dataclass
class StaffMember:
    """One browser of one person; ``pictures`` is called with a page and a name wherever the guide may show it."""

    page: Page
    portal: Portal
    pictures: Callable[[Page, str], None] = lambda _page, _name: None

    def opens(self, path: str) -> None:
        self.page.goto(f"{at_localhost(self.portal)}/gestion/{path}")

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def says(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    # --- Signing in ------------------------------------------------------------------------------------------------

    def signs_in(self) -> None:
        self.page.goto(f"{at_localhost(self.portal)}/gestion/login/")
        self.pictures(self.page, "sign-in")
        sign_in(self.page, self.portal)
        self.pictures(self.page, "home")

    def adds_a_colleague(self, name: str, role: str) -> str:
        """Create a user with a role and return the link with which they choose a password."""
        self.opens("auth/user/add/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=email]", f"{name}@example.com")
        self.page.get_by_label(role).first.check()
        self.pictures(self.page, "colleague")
        self.page.click("[name=_save]")
        self.presses("Crear el enlace")
        link = self.page.locator(".ticket code").inner_text()
        self.pictures(self.page, "colleague-link")
        return link

    def accepts(self, link: str, name: str) -> None:
        """Choose a password with the link, sign in and set up an authenticator app."""
        self.page.goto(link)
        for box in self.page.locator("input[type=password]").all():
            box.fill(PASSWORD)
        self.presses("Guardar la contraseña")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.presses("Entrar")
        self.pictures(self.page, "second-factor")
        self.page.get_by_role("link", name="Una aplicación de códigos").click()
        secret = self.page.locator(".ticket code").text_content() or ""
        self.page.fill("[name=code]", TOTP(secret).now())
        self.presses("Activar")
        self.pictures(self.page, "recovery-codes")
        self.opens("")
        expect(self.page.locator("h1")).to_have_text("Inicio")

    # --- The catalogue ---------------------------------------------------------------------------------------------

    def adds_an_entity(self) -> None:
        self.opens("procedures/entity/add/")
        for name, value in ENTITY.items():
            self.page.fill(f"[name={name}]", value)
        self.page.locator("[name=tone][value=olive]").check(force=True)
        self.pictures(self.page, "entity")
        self.page.click("[name=_save]")

    def adds_a_procedure(self) -> None:
        self.opens("procedures/procedure/add/")
        self._picks("entity", "Villaejemplo")
        self.page.fill("[name=slug]", "empadronamiento")
        self.pictures(self.page, "procedure")
        self.page.click("[name=_save]")

    def writes_a_version(self) -> None:
        self.opens("procedures/procedureversion/add/")
        self._picks("procedure", "empadronamiento")
        for name, value in VERSION.items():
            self.page.fill(f"[name='{name}']", value)
        self.page.select_option("[name=kind]", "consultation")
        self.page.select_option("[name='required_data-0-type']", "year")
        self.pictures(self.page, "version")
        self.page.click("[name=_continue]")

    def _picks(self, name: str, text: str) -> None:
        """Choose an option of an autocomplete field."""
        self.page.locator(f".field-{name} .select2-selection").click()
        self.page.locator(".select2-search__field").fill(text)
        self.page.locator(".select2-results__option", has_text=text).first.click()

    def opens_the_version(self) -> None:
        self.opens("procedures/procedureversion/?q=empadronamiento")
        self.page.locator("#result_list a").filter(has_text="empadronamiento").first.click()

    def previews(self) -> None:
        """Look at the version's preview, and return to the version."""
        self.page.get_by_role("link", name="Ver como la gente").first.click()
        phone = self.page.frame_locator("iframe").first
        expect(phone.locator("h1")).to_have_text(VERSION["name_es"])
        self.pictures(self.page, "preview")
        self.page.go_back()

    def sends_to_review(self) -> None:
        self.pictures(self.page, "draft")
        self.presses("Enviar a revisión")
        self.says("La tiene que aprobar otra persona")
        self.pictures(self.page, "in-review")

    def approves_and_publishes(self) -> None:
        self.opens_the_version()
        self.pictures(self.page, "to-approve")
        self.presses("Aprobar")
        self.pictures(self.page, "approved")
        self.presses("Publicar ahora")
        self.says("publicada")

    # --- Operation -------------------------------------------------------------------------------------------------

    def closes(self, name: str, notice: str) -> None:
        self.opens("operacion/interruptores/")
        row = self.page.locator(".switch", has_text=name).first
        row.locator("details summary").click()
        row.locator("[name=notice_es]").fill(notice)
        self.pictures(self.page, "switches")
        row.get_by_role("button", name="Cerrar", exact=True).click()
        expect(self.page.locator(".switch", has_text=name).first).to_contain_text(notice)
