"""No value that a body, an editor or a person may send widens a page, however long and unbroken it is.

The portal is one of its own, as its catalogue has names of the greatest length.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.documents.factories import a_pdf
from tests.journeys.inspection import TOO_WIDE
from tools.browser import PHONE
from tools.citizen_pages import PUBLIC
from tools.person import Person, contrast_of
from tools.serving import Portal, serving

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]

WIDTHS = (320, 360)
LARGER = (600, 768, 1280)
E_MAIL = "maximiliano.fernandez-de-cordoba.y.alvarez@correo.example.es"
IBAN = "ES9121000418450200051332"
HEX = "0123456789abcdef" * 2 + "01234567"
FILE_NUMBER = "EXP/2024/0000123456/DGT/JPT-28/SAN/00-12345678/REV/2"
ALIAS = "W" * 40
WORD = "Desoxirribonucleoproteinotransferasa" * 4
VALUES = {
    "Correo": E_MAIL,
    "IBAN": IBAN,
    "Huella": HEX,
    "Expediente": FILE_NUMBER,
    WORD[:100]: WORD * 3,
    "Número": "9" * 400,
}
CONSULTATION = {
    "title": WORD,
    "issued_at": "2026-05-20T12:00:00+02:00",
    "notice": f"{FILE_NUMBER}{HEX}{WORD}",
    "sections": [
        {"heading": FILE_NUMBER * 2, "rows": [{"label": label, "value": value} for label, value in VALUES.items()]},
        {"heading": WORD, "columns": [*VALUES], "table": [[*VALUES.values()], [E_MAIL] * len(VALUES)]},
        {"heading": "", "columns": ["Año", WORD], "table": [["2024", HEX * 4]]},
        {"heading": HEX, "rows": [{"label": "Saldo", "value": f"{'9' * 60},00 €"}]},
    ],
}
"""As much as the contract allows of what has no blank to break at."""

CATALOGUE = (
    ("procedures_entity", {"name_es": 200, "short_name_es": 60, "contact": 200}),
    ("procedures_procedureversion", {"name_es": 120, "summary_es": 160, "duration_es": 60}),
    ("procedures_procedureversion", dict.fromkeys(("purpose_es", "needs_es", "gets_es", "legal_basis_es"), 300)),
    ("procedures_requireddatum", {"label_es": 120, "hint_es": 240}),
    ("procedures_lifeevent", {"name_es": 80, "summary_es": 200}),
    ("procedures_lifeeventstep", {"note_es": 240}),
)  # fmt: skip
"""The texts of the catalogue by table, with their greatest lengths."""


def execute(portal: Portal, *statements: str) -> None:
    with closing(sqlite3.connect(portal.data / "var" / "tramites.sqlite3", timeout=20)) as database, database:
        for statement in statements:
            database.execute(statement)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    more = {"QUESTION_SECONDS": "0", "CATALOGUE_SEEN_SECONDS": "0"}
    with serving(tmp_path_factory.mktemp("long"), **more) as portal:
        for table, lengths in CATALOGUE:
            texts = ", ".join(f"{name} = '{(WORD * 3)[:length]}'" for name, length in lengths.items())
            execute(portal, f"UPDATE {table} SET {texts}")  # noqa: S608  names of this file
        execute(portal, "UPDATE procedures_cataloguestamp SET number = number + 1")
        yield portal


@dataclass
class Tape:
    """Measures the pages that a person opens, at the width of small phones, and collects those that are too wide."""

    person: Person
    faults: list[str] = field(default_factory=list)

    def opens(self, path: str, name: str) -> None:
        self.person.opens(path)
        self.measures(name)

    def measures(self, name: str) -> None:
        page = self.person.page
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            for width in WIDTHS:
                page.set_viewport_size(ViewportSize(width=width, height=640))
                for size in ("100%", "200%"):
                    page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
                    found = page.evaluate(TOO_WIDE)
                    self.faults += [f"{name}, {theme}, {width} px, {size}: {what[:160]}" for what in found]
        page.evaluate("document.documentElement.removeAttribute('style')")
        for width in LARGER:
            page.set_viewport_size(ViewportSize(width=width, height=800))
            self.faults += [f"{name}, {width} px: {what[:160]}" for what in page.evaluate(TOO_WIDE)]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)

    def measures_errors(self, name: str) -> None:
        self.person.page.locator("[data-error-summary]").wait_for()
        self.measures(name)


@pytest.fixture
def tape(browser: Browser, hostile: Portal) -> Iterator[Tape]:
    context: BrowserContext = browser.new_context(viewport=PHONE, locale="es-ES", has_touch=True, is_mobile=True)
    context.set_default_timeout(15_000)
    hostile.sandbox.work()
    tape = Tape(Person(context.new_page(), hostile.url, hostile.sandbox))
    yield tape
    context.close()
    assert not tape.faults, "\n".join(tape.faults)


def answers(tape: Tape, body: str, content: bytes, media_type: str, status: int = 200, **headers: str) -> None:
    """Have a body answer everything with this."""
    headers = {"Content-Type": media_type, **headers}
    encoded = base64.b64encode(content).decode()
    tape.person.sandbox.fail(body, "answer", status=status, headers=headers, body_base64=encoded)


def answers_json(
    tape: Tape, body: str, content: dict[str, Any], status: int = 200, kind: str = "application/json"
) -> None:
    answers(tape, body, json.dumps(content).encode(), kind, status)


def test_pages_of_the_catalogue_hold_the_longest_names(tape: Tape) -> None:
    for path, name in PUBLIC:
        tape.opens(path, name)
    tape.opens(f"/tramites/?q={WORD[:70]}", "search for a long word")
    tape.opens("/tramites/?q=Desoxirribonucleoproteino", "search that finds long names")
    tape.opens("/tramites/justicia/certificado-nacimiento/empezar/", "start")
    tape.opens("/tramites/dgt/informe-vehiculo/empezar/", "start with a choice")
    tape.person.sends()
    tape.measures_errors("start, errors")


def test_a_question_holds_the_longest_words(tape: Tape) -> None:
    person = tape.person
    person.opens("/ayuda/preguntar/")
    person.sends(text="W" * 9, email="a" * 200)
    tape.measures_errors("question, errors")
    person.page.locator("[name=topic]").select_option(index=1)
    person.sends(text=WORD * 4, email=E_MAIL)
    person.sees_step("asked")
    tape.measures("question, sent")


def test_a_consultation_holds_the_longest_values(tape: Tape) -> None:
    person = tape.person
    number = person.somebody(0)
    answers_json(tape, "dgt", CONSULTATION)
    person.starts("dgt/puntos")
    tape.measures("new user")
    person.sends(document_number="W" * 30, alias=ALIAS, phone="9" * 40)
    tape.measures_errors("new user, errors")
    person.sends(document_number=number, alias=ALIAS, phone="")
    person.sees_step("method")
    tape.measures("method")
    person.chooses("sms")
    tape.measures("contrast")
    person.sends(issue_date="W" * 30)
    tape.measures_errors("contrast, errors")
    person.sends(**contrast_of(person.sandbox.person(document_number=number)))
    person.sees_step("sms_pin")
    tape.measures("sms pin")
    person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("consultation")
    tape.measures("result, consultation")
    person.starts("justicia/certificado-nacimiento", birth_date="02/09/1987", birth_place="J" * 100)
    tape.measures("start, with data and people")
    person.main_button().click()
    person.sees_step("contrast")
    tape.opens("/accesos/", "accesses, unfinished")
    for path, name in (("/", "home"), ("/usuarios/", "users"), ("/dispositivo/", "device")):
        tape.opens(path, f"{name} of a person with a long name")
    person.opens("/usuarios/")
    person.taps(ALIAS)
    tape.measures("saved user")
    tape.opens(f"{person.path}borrar/", "remove")
    tape.opens("/tramites/dgt/puntos/favorito/", "favourite")
    person.main_button().click()
    tape.opens("/", "home with a favourite")


def test_waiting_and_failing_hold_the_longest_words(tape: Tape) -> None:
    person = tape.person
    number = person.somebody(1)
    pending = {"status_url": f"/{HEX}", "progress": 40, "stage": (WORD * 2)[:120], "retry_after": 60}
    answers_json(tape, "tgss", pending, status=202)
    person.starts("tgss/situacion-actual")
    person.saves_user(number, alias=ALIAS)
    person.validates_by_app(number)
    person.sees_step("wait")
    expect(person.page.locator("main")).to_contain_text("Desoxirribo")
    tape.measures("wait")
    tape.opens("/accesos/", "accesses, waiting")
    refusal = {
        "type": "urn:tramites:problem:invalid-input",
        "title": "x",
        "status": 422,
        "detail": f"{FILE_NUMBER}{WORD}",
    }
    answers_json(tape, "dgt", refusal, status=422, kind="application/problem+json")
    person.starts_again("dgt/permiso")
    person.validates_by_app(number)
    person.sees_result("failed")
    tape.measures("result, failed")


def test_documents_hold_the_longest_names_and_codes(tape: Tape) -> None:
    person = tape.person
    number = person.somebody(2)
    code = {"X-Csv": HEX + HEX[:24], "X-Csv-Url": f"https://sede.example/{'x' * 470}"}
    answers(tape, "sepe", a_pdf(), "application/pdf", 200, **code)
    person.starts("sepe/certificado-situacion")
    person.saves_user(number, alias=ALIAS)
    person.validates_by_app(number)
    person.sees_result("document")
    tape.measures("result, document")
    tape.opens("/descargas/", "downloads")
    person.page.locator("main a[href^='/descargas/']").first.click()
    person.sees_step("document")
    tape.measures("document")
    document = person.path
    person.opens(f"{document}nombre/")
    person.sends(name="W" * 120)
    for step in ("", "nombre/", "borrar/", "compartir/"):
        tape.opens(f"{document}{step}", f"document {step}")
    person.main_button().click()
    person.page.locator("#link").wait_for()
    tape.measures("share, with its link")
    link = person.page.locator("#link").input_value()
    tape.opens(link.removeprefix(person.portal), "shared")
    tape.opens("/descargas/", "downloads, renamed")
