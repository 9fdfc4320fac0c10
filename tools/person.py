"""A citizen in a browser: what they see and what they do, in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tools.live_sandbox import LiveSandbox


@dataclass
class Person:
    """One browser tab, and the sandbox to read PINs from."""

    page: Page
    portal: str
    sandbox: LiveSandbox

    # --- What they see ----------------------------------------------------------------------------------------------

    @property
    def step(self) -> str:
        return self.page.locator("main").get_attribute("data-step") or ""

    def sees_step(self, step: str) -> None:
        expect(self.page.locator(f"main[data-step='{step}']")).to_be_visible()

    def sees_result(self, kind: str) -> None:
        expect(self.page.locator(f"main[data-result='{kind}']")).to_be_visible(timeout=30_000)

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sees_problem(self, text: str) -> None:
        expect(self.page.locator("[data-error-summary]")).to_contain_text(text)

    @property
    def path(self) -> str:
        """The path in the address bar."""
        return urlsplit(self.page.url).path

    def hears(self, text: str) -> None:
        """Expect a text in the live region, which screen readers announce."""
        expect(self.page.locator("#status")).to_contain_text(text)

    def main_button(self) -> Locator:
        return self.page.locator("main form .btn[type=submit]").first

    # --- What they do -----------------------------------------------------------------------------------------------

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.portal}{path}")

    def taps(self, text: str) -> None:
        self.page.get_by_role("link", name=text).or_(self.page.get_by_role("button", name=text)).first.click()

    def fills(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").first.fill(value)

    def sends(self, **values: str) -> None:
        """Fill in fields of the page's form and press its main button."""
        self.fills(**values)
        self.main_button().click()

    def starts(self, code: str, **data: str) -> None:
        """Go from a procedure's page to its start page and fill in its data; nothing is sent yet."""
        self.opens(f"/tramites/{code}/")
        self.taps("Empezar")
        self.sees_step("start")
        for name, value in data.items():
            field = self.page.locator(f"main [name={name}]").first
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def saves_user(self, number: str, alias: str = "Ana") -> None:
        """Save a user on the start page or, where that asks for more, on the page after it; no method is chosen yet."""
        if not self.page.locator("main [name=document_number]").count():
            self.main_button().click()
            self.sees_step("new_user")
        self.sends(document_number=number, alias=alias)
        self.sees_step("method")

    def chooses(self, method: str) -> None:
        """Choose a method, on the start page or on its own, and send the form, unless its step is here already."""
        step = "pin_app" if method == "pin_app" else "contrast"
        if self.step != step:
            self.page.locator(f"main [name=method][value={method}]").first.check()
            self.main_button().click()
        self.sees_step(step)

    def saves_another_user(self, number: str, alias: str) -> None:
        """Choose somebody who is not saved yet, and save them; a method chosen before is kept for them."""
        self.page.get_by_label("Otra persona").check()
        self.main_button().click()
        self.sees_step("new_user")
        self.sends(document_number=number, alias=alias)
        expect(self.page.locator("main:not([data-step=new_user])")).to_be_visible()

    def starts_again(self, code: str, **data: str) -> None:
        """Start another procedure for the user and by the method that are preselected: the ones used last."""
        self.starts(code, **data)
        self.main_button().click()
        expect(self.page.locator("main:not([data-step=start])")).to_be_visible()

    def in_another_tab(self) -> Person:
        """Open an empty tab in the same browser."""
        return Person(self.page.context.new_page(), self.portal, self.sandbox)

    def validates_by_app(self, number: str) -> None:
        self.chooses("pin_app")
        app = self.sandbox.app_pin(number)
        self.sends(code=app["code"], pin=app["pin"])

    def asks_for_sms(self, number: str) -> None:
        self.chooses("sms")
        somebody = self.sandbox.person(document_number=number)
        self.sends(**contrast_of(somebody))
        self.sees_step("sms_pin")

    def validates_by_sms(self, number: str) -> None:
        self.asks_for_sms(number)
        self.sends(pin=self.sandbox.messages(number)[0]["pin"])

    def somebody(self, position: int = 0, kind: str = "dni") -> str:
        """Return the document number of one of the people for whom every procedure works."""
        fully_served = {"kind": kind, "registered": True, "blocked": False, "has_data": True, "level": "advanced"}
        numbers: list[str] = [
            found["document_number"] for found in self.sandbox.people() if fully_served.items() <= found.items()
        ]
        return numbers[position]


def contrast_of(person: dict[str, Any]) -> dict[str, str]:
    """Return the field and the value that this person of the sandbox gives as contrast datum."""
    if person["kind"] == "dni":
        return {"issue_date": "/".join(reversed(person["issue_date"].split("-")))}
    return {"support_number": person["support_number"]}
