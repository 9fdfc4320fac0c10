"""How many taps and pages it takes until the PIN can be typed: new and returning, by the app and by SMS."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator

from tools.person import Person, contrast_of

CODE = "dgt/puntos"


@dataclass
class Walk:
    """Counts the taps on links, buttons and choices, and the pages seen, from home."""

    person: Person
    taps: int = 0
    pages: list[str] = field(default_factory=lambda: ["home"])

    def taps_on(self, target: Locator, arrives: str = "") -> None:
        target.click()
        self.taps += 1
        if arrives:
            self.person.sees_step(arrives)
            self.pages.append(arrives)


def new(person: Person, method: str, number: str) -> Walk:
    """Go from home to the PIN as somebody who was never here."""
    person.opens("/")
    walk, page = Walk(person), person.page
    walk.taps_on(page.locator(f"main a[href='/tramites/{CODE}/']").first, "procedure")
    walk.taps_on(page.get_by_role("link", name="Empezar"), "start")
    person.fills(document_number=number, alias="Ana")
    walk.taps_on(page.locator(f"[name=method][value={method}]"))
    return _continue(walk, method, number)


def returning(person: Person, method: str, number: str) -> Walk:
    """Go from home to the PIN as somebody who did this once, by the same method."""
    person.opens("/")
    walk = Walk(person)
    walk.taps_on(person.page.get_by_role("region", name="Usados hace poco").get_by_role("link").first, "start")
    return _continue(walk, method, number)


def _continue(walk: Walk, method: str, number: str) -> Walk:
    """Leave the start page, and by SMS ask for the PIN with the contrast datum."""
    person = walk.person
    if method == "pin_app":
        walk.taps_on(person.main_button(), "pin_app")
        return walk
    walk.taps_on(person.main_button(), "contrast")
    person.fills(**contrast_of(person.sandbox.person(document_number=number)))
    walk.taps_on(person.main_button(), "sms_pin")
    return walk


def _finishes(person: Person, method: str, number: str) -> None:
    if method == "pin_app":
        app = person.sandbox.app_pin(number)
        person.sends(code=app["code"], pin=app["pin"])
    else:
        person.sends(pin=person.sandbox.messages(number)[0]["pin"])
    person.sees_result("consultation")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize(
    ("method", "first", "again"),
    [
        ("pin_app", (4, ["home", "procedure", "start", "pin_app"]), (2, ["home", "start", "pin_app"])),
        (
            "sms",
            (5, ["home", "procedure", "start", "contrast", "sms_pin"]),
            (3, ["home", "start", "contrast", "sms_pin"]),
        ),
    ],
)
def test_the_pin_is_a_few_taps_away(
    request: pytest.FixtureRequest,
    method: str,
    first: tuple[int, list[str]],
    again: tuple[int, list[str]],
    javascript: bool,
) -> None:
    person: Person = request.getfixturevalue("person" if javascript else "without_javascript")
    number = person.somebody(2 if javascript else 3, "dni" if method == "sms" else "nie")
    walk = new(person, method, number)
    assert (walk.taps, walk.pages) == first
    _finishes(person, method, number)
    walk = returning(person, method, number)
    assert (walk.taps, walk.pages) == again
    assert walk.taps <= 3
    _finishes(person, method, number)


def test_who_has_two_people_saved_chooses_the_other_with_one_tap_more(person: Person) -> None:
    ana, father = person.somebody(4), person.somebody(5)
    new(person, "pin_app", ana)
    _finishes(person, "pin_app", ana)
    person.starts(CODE)
    person.saves_another_user(father, "Papá")
    person.opens("/")
    person.starts(CODE)
    walk = Walk(person)
    walk.taps_on(person.page.get_by_label("Ana"))
    walk.taps_on(person.page.locator("[name=method][value=pin_app]"))
    walk.taps_on(person.main_button(), "pin_app")
    person.sees("Ana")
