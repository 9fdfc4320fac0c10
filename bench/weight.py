"""`make weight`: what a first visit and each step weigh in a real Chromium, against what they may; fails past it.

Bytes are those on the wire, headers included, as the browser counts them.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.person import Person
from tests.journeys.serving import Portal, serving

FIRST_VISIT, REQUESTS, STEP, OWN_SCRIPT = 60 * 1024, 10, 6 * 1024, 5 * 1024
PUBLIC = {
    "home": "/",
    "entities": "/tramites/",
    "procedure": "/tramites/tgss/vida-laboral/",
    "guide": "/ayuda/clave-pin/",
    "start": "/tramites/dgt/puntos/empezar/",
    "downloads": "/descargas/",
}
SHIFT = """() => new Promise((tell) => {
  let total = 0;
  const add = (one) => { if (!one.hadRecentInput) total += one.value; };
  new PerformanceObserver((list) => list.getEntries().forEach(add))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => tell(total), 300);
})"""


@dataclass
class Traffic:
    """What a page fetched: bytes by address, in the order in which they came; those of htmx apart."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    fragments: list[tuple[str, int]] = field(default_factory=list)
    _addresses: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        """A redirect is told under the same id, and without the headers that script had set."""
        request, (_before, is_fragment) = event["request"], self._addresses.get(event["requestId"], ("", False))
        self._addresses[event["requestId"]] = (request["url"], is_fragment or "HX-Request" in request["headers"])

    def _came(self, event: dict[str, Any]) -> None:
        address, is_fragment = self._addresses.get(event["requestId"], ("", False))
        size = int(event["encodedDataLength"])
        if is_fragment:
            self.fragments.append((address, size))
        elif address.startswith("http"):
            self.bytes_of[address] = self.bytes_of.get(address, 0) + size

    @property
    def total(self) -> int:
        return sum(self.bytes_of.values())

    @property
    def own_script(self) -> int:
        return sum(
            size for address, size in self.bytes_of.items() if "/static/js/" in address and address.endswith(".js")
        )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def first_visits(browser: Browser, portal: Portal) -> bool:
    """A table of the first visit to each kind of page, each with an empty cache; whether all keep to it."""
    say(f"{'first visit':14}{'KB':>8}{'requests':>10}{'own JS':>9}{'CLS':>8}")
    held = True
    for name, path in PUBLIC.items():
        context = browser.new_context(viewport={"width": 360, "height": 800}, locale="es-ES", service_workers="block")
        page, traffic = context.new_page(), Traffic()
        traffic.watch(page)
        page.goto(portal.url + path, wait_until="networkidle")
        shift = float(page.evaluate(SHIFT))
        context.close()
        right = traffic.total <= FIRST_VISIT and len(traffic.bytes_of) <= REQUESTS
        right = right and traffic.own_script <= OWN_SCRIPT and shift == 0
        held = held and right
        sizes = f"{traffic.total / 1024:8.1f}{len(traffic.bytes_of):10}{traffic.own_script / 1024:9.1f}"
        say(f"{name:14}{sizes}{shift:8.3f}  {'✓' if right else '✗'}")
    return held


def steps(browser: Browser, portal: Portal) -> bool:
    """A table of what each step by htmx brings; whether all keep to it."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="es-ES")
    person, traffic = Person(context.new_page(), portal.url, portal.sandbox), Traffic()
    traffic.watch(person.page)
    number = person.somebody(0)
    person.starts("dgt/puntos")
    person.saves_user(number)
    person.validates_by_sms(number)
    person.sees_result("consultation")
    context.close()
    say(f"\n{'step by htmx':50}{'KB':>8}")
    for address, size in traffic.fragments:
        say(f"{address.removeprefix(portal.url)[:49]:50}{size / 1024:8.1f}  {'✓' if size <= STEP else '✗'}")
    return bool(traffic.fragments) and all(size <= STEP for _address, size in traffic.fragments)


def main() -> int:
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        held = [first_visits(browser, portal), steps(browser, portal)]
        browser.close()
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
