"""The life of a procedure in the back office, from a new body until it is closed, with a citizen using it meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tools.person import Person
from tools.serving import Portal
from tools.staff_member import CODE, StaffMember, answer_as_body

pytestmark = pytest.mark.journey


@pytest.fixture
def desks(browser: Browser, portal: Portal) -> Iterator[tuple[StaffMember, StaffMember]]:
    """An editor and an approver, each with a browser of their own."""
    contexts = [browser.new_context(viewport=ViewportSize(width=1280, height=800), locale="es-ES") for _ in range(2)]
    complaints: list[str] = []
    for context in contexts:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    first, second = (StaffMember(context.new_page(), portal) for context in contexts)
    yield first, second
    for context in contexts:
        context.close()
    assert not complaints, complaints


def test_a_procedure_is_written_approved_published_used_and_closed(
    desks: tuple[StaffMember, StaffMember], person: Person, page: Page
) -> None:
    editor, approver = desks
    answer_as_body(person.sandbox)

    editor.signs_in()
    approver.accepts(editor.adds_a_colleague("aprobadora", "Aprobación"), "aprobadora")
    editor.adds_an_entity()
    editor.adds_a_procedure()
    editor.writes_a_version()
    editor.previews()
    editor.sends_to_review()
    person.opens(f"/tramites/{CODE}/")
    expect(person.page.locator("h1")).not_to_have_text("Mi empadronamiento")

    approver.approves_and_publishes()

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
