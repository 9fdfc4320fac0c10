"""`make weight`: bytes of a first visit and of each step in a real Chromium; fails when one weighs too much.

Bytes are those on the wire, headers included, as the browser counts them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tools.browser import PHONE, chromium
from tools.console import say
from tools.person import Person
from tools.serving import Portal, serving

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
    """What a page has fetched: bytes by address in order of arrival, with htmx's fragments apart."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    fragments: list[tuple[str, int]] = field(default_factory=list)
    _addresses: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._requested)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _requested(self, event: dict[str, Any]) -> None:
        """Note a request; a redirect comes under the same id, without the headers that a script had set."""
        request, (_before, is_fragment) = event["request"], self._addresses.get(event["requestId"], ("", False))
        self._addresses[event["requestId"]] = (request["url"], is_fragment or "HX-Request" in request["headers"])

    def _finished(self, event: dict[str, Any]) -> None:
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


def first_visits(browser: Browser, portal: Portal) -> bool:
    """Print the weight of a first visit to each page, with an empty cache; return whether all are light enough."""
    say(f"{'first visit':14}{'KB':>8}{'requests':>10}{'own JS':>9}{'CLS':>8}")
    held = True
    for name, path in PUBLIC.items():
        context = browser.new_context(viewport=PHONE, locale="es-ES", service_workers="block")
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
    """Print the weight of each step over htmx; return whether all are light enough."""
    context = browser.new_context(viewport=PHONE, locale="es-ES")
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
    with serving() as portal, chromium() as browser:
        held = [first_visits(browser, portal), steps(browser, portal)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
