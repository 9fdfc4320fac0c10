"""On a small phone each step shows, without scrolling, what it asks and its main button, and nothing lies on them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import ViewportSize, expect

from tools.person import Person, contrast_of

SIZES = ((360, 640), (740, 360), (320, 568))
OUT_OF_SIGHT = """() => {
  const fields = [...document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea)")];
  const button = document.querySelector("main form .btn[type=submit]");
  const shown = { "the first field": fields[0], "the main button": button };
  if (document.querySelector("main .short")) shown["the last field"] = fields.at(-1);
  const off = [];
  const [one, other] = [...document.querySelectorAll(".twin input")].map((node) => node.getBoundingClientRect().top);
  if (one !== other) off.push("code and PIN are not side by side");
  for (const [name, node] of Object.entries(shown)) {
    if (!node) continue;
    const box = node.getBoundingClientRect(), [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const isAbove = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    if (!isAbove) off.push(`${name} is below the fold`);
    for (const height of [box.top + 3, y, box.bottom - 3])
      if (!node.contains(document.elementFromPoint(x, height))) off.push(`something lies on ${name}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) off.push("it scrolls sideways");
  return [...new Set(off)];
}"""
"""Finds what has to be seen when a step arrives, and is not: a short form has to fit as a whole."""
UNDER_THE_BUTTON = """() => {
  const fields = [...document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea)")], off = [];
  for (const node of fields) {
    node.focus();
    const box = node.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.bottom - 3);
    if (!node.contains(hit)) off.push(`the focused field ${node.name} is under <${hit?.localName}> ${hit?.className}`);
  }
  scrollTo(0, 0);
  return off;
}"""


@dataclass
class Eye:
    """Looks at each step as it arrives on phones of several sizes, and notes what is out of sight."""

    person: Person
    language: str
    faults: list[str] = field(default_factory=list)

    def sees(self, name: str, *, has_problem: bool = False) -> None:
        page = self.person.page
        if has_problem:
            page.locator("[data-error-summary]").wait_for()
        page.locator("html:not(:active-view-transition)").wait_for()
        for width, height in SIZES:
            page.set_viewport_size(ViewportSize(width=width, height=height))
            page.evaluate("scrollTo(0, 0)")
            where = f"{name}, {width} × {height}"
            self.faults += [f"{where}: {fault}" for fault in page.evaluate(OUT_OF_SIGHT)]
            self.faults += [f"{where}: {fault}" for fault in page.evaluate(UNDER_THE_BUTTON)]


@pytest.fixture(params=["es", "en"])
def eye(request: pytest.FixtureRequest, person: Person) -> Eye:
    person.opens(f"/idioma/?to={request.param}")
    person.page.emulate_media(reduced_motion="reduce")
    return Eye(person, request.param)


def test_every_step_shows_its_field_and_its_button_without_scrolling(eye: Eye) -> None:
    person = eye.person
    first, second = person.somebody(5), person.somebody(2, "dni" if eye.language == "es" else "nie")
    person.opens("/tramites/dgt/informe-vehiculo/empezar/")
    eye.sees("start with data")
    person.main_button().click()
    eye.sees("start with data, problem", has_problem=True)
    person.page.locator("[name=report]").first.check()
    person.sends(plate="1234 BBC")
    person.sees_step("new_user")
    eye.sees("new user")
    person.sends(document_number="12345678A")
    eye.sees("new user, problem", has_problem=True)
    person.sends(document_number=first, alias="Remedios")
    person.sees_step("method")
    eye.sees("method")
    person.main_button().click()
    eye.sees("method, problem", has_problem=True)
    person.chooses("pin_app")
    eye.sees("app")
    person.sends(code="AAAA", pin="AAA")
    eye.sees("app, problem", has_problem=True)
    person.page.locator("main .whose a").click()
    person.sees_step("user")
    eye.sees("user")
    ((contrast, right),) = contrast_of(person.sandbox.person(document_number=second)).items()
    _second_user(eye, second)
    person.sees_step("contrast")
    eye.sees("contrast")
    person.sends(**{contrast: "01/01/2011" if contrast == "issue_date" else "E00000001"})
    eye.sees("contrast, problem", has_problem=True)
    person.sends(**{contrast: right})
    person.sees_step("sms_pin")
    eye.sees("SMS")
    person.sends(pin="AAA")
    eye.sees("SMS, problem", has_problem=True)
    assert not eye.faults, "\n".join(eye.faults)


def _second_user(eye: Eye, number: str) -> None:
    """Begin another procedure for somebody who is not saved yet, by SMS."""
    person = eye.person
    person.opens("/tramites/dgt/puntos/empezar/")
    eye.sees("start, returning")
    person.page.locator("main [name=user]").last.check()
    person.page.locator("main [name=method][value=sms]").check()
    person.main_button().click()
    person.sees_step("new_user")
    person.sends(document_number=number, alias="Bartolomé")


def test_the_navigation_is_beside_a_step_or_out_of_its_way(person: Person) -> None:
    page = person.page
    person.opens("/tramites/dgt/puntos/")
    button, bar = page.locator("main .btn").first, page.locator("nav.tabs")
    for width, height in SIZES:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        expect(button).to_be_in_viewport(ratio=1)
        button.click(trial=True)
    person.starts("dgt/puntos")
    page.set_viewport_size(ViewportSize(width=360, height=640))
    expect(bar).to_be_hidden()
    expect(page.get_by_role("link", name="Salir")).to_be_visible()
    page.set_viewport_size(ViewportSize(width=740, height=360))
    expect(bar).to_be_visible()
    box = bar.bounding_box()
    assert box
    assert box["width"] < 120
    assert box["height"] == 360
