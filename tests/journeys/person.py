"""Somebody at a phone, who does what the pages say."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.live_sandbox import LiveSandbox


@dataclass
class Person:
    """One browser, and the sandbox's phones to look up PINs in."""

    page: Page
    portal: str
    sandbox: LiveSandbox

    # --- What is on the page ----------------------------------------------------------------------------------------

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
        summary = self.page.locator("[data-error-summary]")
        expect(summary).to_contain_text(text)

    @property
    def path(self) -> str:
        """What stands in the address bar, without the origin."""
        return urlsplit(self.page.url).path

    def hears(self, text: str) -> None:
        """What a screen reader says of its own accord."""
        expect(self.page.locator("#status")).to_contain_text(text)

    def main_button(self) -> Locator:
        return self.page.locator("main form .btn[type=submit]").first

    # --- What a person does -----------------------------------------------------------------------------------------

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.portal}{path}")

    def taps(self, text: str) -> None:
        self.page.get_by_role("link", name=text).or_(self.page.get_by_role("button", name=text)).first.click()

    def fills(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").first.fill(value)

    def sends(self, **values: str) -> None:
        """Fill in the form of the page and press its main button."""
        self.fills(**values)
        self.main_button().click()

    def starts(self, code: str, **data: str) -> None:
        """From the procedure's page over its form to the choice of the user."""
        self.opens(f"/tramites/{code}/")
        self.taps("Empezar")
        self.sees_step("start")
        for name, value in data.items():
            field = self.page.locator(f"main [name={name}]").first
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.main_button().click()

    def saves_user(self, number: str, alias: str = "Ana") -> None:
        self.sees_step("new_user")
        self.sends(document_number=number, alias=alias)
        self.sees_step("method")

    def chooses(self, method: str) -> None:
        self.page.locator(f"main [name=method][value={method}]").first.check()
        self.main_button().click()
        self.sees_step("pin_app" if method == "pin_app" else "contrast")

    def starts_again(self, code: str, **data: str) -> None:
        """One more procedure, for the user who is proposed because used last."""
        self.starts(code, **data)
        self.sees_step("user")
        self.main_button().click()
        self.sees_step("method")

    def in_another_tab(self) -> "Person":
        """The same browser's next tab, empty."""
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
        """The number of one of the people for whom everything works; journeys take different ones."""
        able = [
            found["document_number"]
            for found in self.sandbox.people()
            if found["kind"] == kind
            and found["registered"]
            and not found["blocked"]
            and found["has_data"]
            and found["level"] == "advanced"
        ]
        number: str = able[position]
        return number


def contrast_of(person: dict[str, Any]) -> dict[str, str]:
    """What this person types as contrast datum."""
    if person["kind"] == "dni":
        return {"issue_date": "/".join(reversed(person["issue_date"].split("-")))}
    return {"support_number": person["support_number"]}
