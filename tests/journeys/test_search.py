"""Find a procedure on a phone: while typing, with a typing mistake, from a life event, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.person import Person

pytestmark = pytest.mark.journey


def test_results_come_as_somebody_types_and_the_keyboard_stays(person: Person, axe: Axe) -> None:
    page = person.page
    page.goto(f"{person.portal}/tramites/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("vida lavoral", delay=20)
    first = page.locator("#results a").first
    expect(first).to_contain_text("vida laboral")
    expect(page.get_by_role("status").filter(has_text="para «vida lavoral»")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("vida lavoral")
    expect(page).to_have_url(f"{person.portal}/tramites/?q=vida%20lavoral")
    assert axe.run(page).violations_count == 0
    box.fill("zapatos")
    expect(page.locator("#found")).to_contain_text("No hay ningún trámite")
    assert axe.run(page).violations_count == 0
    box.fill("")
    expect(page.locator("#results")).to_contain_text("Organismos")
    expect(page.locator("#found")).to_be_empty()


def test_searching_works_without_javascript(without_javascript: Person) -> None:
    page = without_javascript.page
    page.goto(f"{without_javascript.portal}/")
    page.get_by_role("searchbox").fill("pegtina")
    page.keyboard.press("Enter")
    expect(page.locator("#results a").first).to_contain_text("Distintivo ambiental")


def test_a_life_event_leads_to_its_procedures(person: Person, axe: Axe) -> None:
    page = person.page
    page.goto(f"{person.portal}/situaciones/")
    assert axe.run(page).violations_count == 0
    page.get_by_role("link", name="Me mudo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Me mudo")
    assert axe.run(page).violations_count == 0
    page.get_by_role("link", name="Mi domicilio fiscal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mi domicilio fiscal")
