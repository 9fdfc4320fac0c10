"""From an idea to a procedure that a citizen uses, and to the day when it is closed: without a developer."""

import base64
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.desk import ANSWER, CODE, Desk
from tests.journeys.person import Person
from tests.journeys.serving import Portal

pytestmark = pytest.mark.journey


@pytest.fixture
def desks(browser: Browser, portal: Portal) -> Iterator[tuple[Desk, Desk]]:
    """Two people of the staff, each with a browser of their own."""
    contexts = [browser.new_context(viewport=ViewportSize(width=1280, height=800), locale="es-ES") for _ in range(2)]
    complaints: list[str] = []
    for context in contexts:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    first, second = (Desk(context.new_page(), portal) for context in contexts)
    yield first, second
    for context in contexts:
        context.close()
    assert not complaints, complaints


def test_a_procedure_is_written_approved_published_used_and_closed(
    desks: tuple[Desk, Desk], person: Person, page: Page
) -> None:
    editor, approver = desks
    answer = base64.b64encode(json.dumps(ANSWER).encode()).decode()
    headers = {"Content-Type": "application/json"}
    person.sandbox.fail("ine", "answer", operation="run", status=200, headers=headers, body_base64=answer)

    editor.signs_in()
    approver.accepts(editor.adds_a_colleague("aprobadora", "Aprobación"), "aprobadora")
    editor.adds_an_entity()
    editor.adds_a_procedure()
    editor.writes_a_version()
    editor.page.get_by_role("link", name="Ver como la gente").first.click()
    phone = editor.page.frame_locator("iframe").first
    expect(phone.locator("h1")).to_have_text("Mi empadronamiento")
    editor.page.go_back()
    editor.presses("Enviar a revisión")
    editor.says("La tiene que aprobar otra persona")
    person.opens(f"/tramites/{CODE}/")
    expect(person.page.locator("h1")).not_to_have_text("Mi empadronamiento")

    approver.opens("")
    approver.opens_the_version()
    approver.presses("Aprobar")
    approver.presses("Publicar ahora")
    approver.says("publicada")

    number = person.somebody(2)
    person.opens("/tramites/?q=padron")
    person.sees("Mi empadronamiento")
    person.starts(CODE, year="2024")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    person.sees("Calle de la Prueba, 1")

    editor.closes("Villaejemplo", "Cerrado por mudanza del servidor")
    person.opens(f"/tramites/{CODE}/")
    person.sees("Cerrado por mudanza del servidor")
    expect(person.page.get_by_role("link", name="Empezar")).to_have_count(0)
    person.opens(f"/tramites/{CODE}/empezar/")
    person.sees("Cerrado por mudanza del servidor")
    expect(person.main_button()).to_have_count(0)
