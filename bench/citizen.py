"""A citizen over plain HTTP: fills in forms from a procedure to a step, as a browser without JavaScript does."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

MOST_STEPS = 40


class StepNotReached(Exception):
    """A walk did not reach its step; the message says where it ended."""


@dataclass
class Form:
    """One form of a page, with the values that it sends unchanged."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class ParsedPage:
    """What a citizen sees of a page."""

    url: str
    step: str = ""
    result: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    refreshes: bool = False


class _MainParser(HTMLParser):
    """Collects the forms and links inside `<main>`."""

    def __init__(self, page: ParsedPage) -> None:
        super().__init__()
        self.page = page
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.inside = True
            self.page.step, self.page.result = given.get("data-step", ""), given.get("data-result", "")
        elif tag == "progress" or (tag == "meta" and given.get("http-equiv", "").lower() == "refresh"):
            self.page.refreshes = True
        elif self.inside:
            self._inside_main(tag, given)

    def _inside_main(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "a" and "href" in given:
            self.page.links.append(urljoin(self.page.url, given["href"]))
        elif tag == "form":
            action = urljoin(self.page.url, given.get("action") or self.page.url)
            self.page.forms.append(Form(action, given.get("method", "get").lower()))
        elif self.page.forms:
            self._in_form(tag, given, self.page.forms[-1])

    def _in_form(self, tag: str, given: Mapping[str, str], form: Form) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "button" and name:
            form.buttons.append((name, value))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self._choice(form, self.select, value, chosen="selected" in given)
        elif tag == "input" and kind in {"radio", "checkbox"}:
            self._choice(form, name, value or "on", chosen="checked" in given)
        elif tag in {"input", "textarea"} and name:
            form.values[name] = value

    def _choice(self, form: Form, name: str, value: str, *, chosen: bool) -> None:
        if value:
            form.options.setdefault(name, []).append(value)
        if chosen:
            form.values[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False
        elif tag == "select":
            self.select = ""


class Citizen:
    """One browser's cookies, and a fictional person of the sandbox."""

    def __init__(self, portal: str, sandbox: str) -> None:
        self.portal, self.sandbox = portal, sandbox
        self.session = requests.Session()
        people = self.session.get(f"{sandbox}/api/people", timeout=10).json()
        self.person = next(
            one for one in people if one["kind"] == "dni" and one["level"] == "advanced" and one["has_data"]
        )

    def cookies(self) -> str:
        """Return the value of the `Cookie` header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)

    def open(self, url: str) -> ParsedPage:
        return self._read(self.session.get(url, timeout=60))

    def walk(self, procedure: str, *, until: str, method: str = "sms") -> ParsedPage:
        """Go from the start form of `entity/procedure` to a step. Raise `StepNotReached`."""
        page = self.open(f"{self.portal}/tramites/{procedure}/empezar/")
        for _ in range(MOST_STEPS):
            if not page.refreshes and (page.step == until or (until == "result" and page.result)):
                return page
            page = self._wait(page) if page.refreshes else self._submit(page, method)
        raise StepNotReached(f"{procedure}: {until} was not reached; the walk ended at {page.url} ({page.step})")

    def _wait(self, page: ParsedPage) -> ParsedPage:
        time.sleep(0.3)
        return self.open(page.url)

    def _submit(self, page: ParsedPage, method: str) -> ParsedPage:
        form = next((form for form in page.forms if form.method == "post"), None)
        if form is None:
            raise StepNotReached(f"{page.url} ({page.step}) has no form to go on with")
        known = self._known(form, method)
        filled = {name: self._value(name, form, known) for name in {**form.values, **form.options}}
        if form.buttons and form.buttons[0][0] not in filled:
            filled |= dict(form.buttons[:1])
        filled |= {name: known[name] for name, _ in form.buttons if name in known}
        return self._read(self.session.post(form.action, data=filled, headers={"Referer": page.url}, timeout=60))

    def _known(self, form: Form, method: str) -> dict[str, str]:
        number = self.person["document_number"]
        known = {"document_number": number, "alias": "Banco de pruebas", "phone": "", "method": method}
        known["issue_date"] = date.fromisoformat(self.person["issue_date"]).strftime("%d/%m/%Y")
        if "code" in form.values and "pin" in form.values:
            api = f"{self.sandbox}/api/phones/{number}/app-pin"
            shown = self.session.post(api, timeout=10).json()
            known |= {"code": shown["code"], "pin": shown["pin"]}
        elif "pin" in form.values:
            messages = self.session.get(f"{self.sandbox}/api/phones/{number}/messages", timeout=10).json()
            known["pin"] = messages[0]["pin"]
        return known

    def _value(self, name: str, form: Form, known: Mapping[str, str]) -> str:
        """Return the known value, the form's own, the first option, or something that a required datum accepts."""
        if name in known:
            return known[name]
        if form.values.get(name):
            return form.values[name]
        if name in form.options:
            return form.options[name][0]
        yesterday = date.today() - timedelta(days=1)
        if re.search(r"_(from|to)$|date", name):
            return yesterday.strftime("%d/%m/%Y")
        return str(yesterday.year - 1) if "year" in name else secrets.token_hex(3)

    def _read(self, response: requests.Response) -> ParsedPage:
        if response.status_code >= 500:
            raise StepNotReached(f"{response.url} returned {response.status_code}")
        page = ParsedPage(response.url)
        _MainParser(page).feed(response.text)
        return page
