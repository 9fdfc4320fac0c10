"""Favourites and recent procedures on a phone's home page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.person import Person

pytestmark = pytest.mark.journey


def test_a_procedure_is_marked_in_a_dialog_found_on_home_and_unmarked_there(person: Person, axe: Axe) -> None:
    person.opens("/tramites/dgt/puntos/")
    person.taps("Favorito")
    person.page.get_by_role("dialog").get_by_role("button", name="Guardar en favoritos").click()
    person.hears("está en tus favoritos")
    person.sees_step("procedure")
    person.opens("/")
    favourites = person.page.get_by_role("region", name="Favoritos")
    expect(favourites).to_contain_text("Mis puntos")
    found = axe.run(person.page)
    assert found.violations_count == 0, found.generate_report()
    favourites.get_by_role("button", name="Quitar de favoritos: Mis puntos").click()
    person.hears("ya no está en tus favoritos")
    expect(favourites).to_have_count(0)
    assert person.path == "/"


def test_what_was_used_lately_is_marked_and_taken_off_the_list(person: Person, axe: Axe) -> None:
    number = person.somebody(1)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.validates_by_app(number)
    person.sees_result("consultation")
    person.opens("/")
    recents = person.page.get_by_role("region", name="Usados hace poco")
    expect(recents).to_contain_text("Mis puntos")
    found = axe.run(person.page)
    assert found.violations_count == 0, found.generate_report()
    for button in recents.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    recents.get_by_role("button", name="Guardar en favoritos: Mis puntos").click()
    expect(person.page.get_by_role("button", name="Quitar de favoritos: Mis puntos")).to_be_focused()
    person.page.get_by_role("button", name="Quitar de favoritos: Mis puntos").click()
    recents.get_by_role("button", name="Quitar de recientes: Mis puntos").click()
    person.hears("ya no está entre los recientes")
    expect(recents).to_have_count(0)
