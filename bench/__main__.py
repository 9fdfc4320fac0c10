"""`make bench`: requests per second of every kind of page.

The pages take turns, so that a slow moment of the machine affects all of them alike.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from bench.load import requests_per_second
from bench.personal_pages import CONSULTATION, citizen, cookie_header, visit_steps
from tools.browser import chromium
from tools.console import say
from tools.serving import Portal, serving

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
CATALOGUE, STEP = 0.75, 0.15
"""The least shares of the empty view's speed."""


@dataclass(frozen=True)
class PageKind:
    """One kind of page, and the share of the empty view's speed that it has to reach (0: none)."""

    name: str
    url: str
    headers: Mapping[str, str]
    share: float


def main() -> int:
    """Serve, measure and print; return 0 when every page could be measured."""
    database = {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL") if name in os.environ}
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", **database}
    with serving(None, **settings) as portal:
        pages = page_kinds(portal)
        kind = database.get("DATABASE_URL", "sqlite").partition(":")[0]
        say(f"{len(pages)} pages, {ROUNDS} × {SECONDS:.0f} s each, {kind}, granian 2 × 16, load by wrk\n")
        speeds: dict[str, list[float]] = {page.name: [] for page in pages}
        for page in pages:  # the first requests fill caches and connections
            requests_per_second(page.url, page.headers, 1)
        for _ in range(ROUNDS):
            for page in pages:
                speeds[page.name].append(requests_per_second(page.url, page.headers, SECONDS))
    print_table(pages, {name: statistics.median(values) for name, values in speeds.items()})
    return 0


def page_kinds(portal: Portal) -> list[PageKind]:
    """Return every kind of page; personal ones in the state in which a citizen sees them."""
    entity, _, _ = CONSULTATION.partition("/")
    public = {
        "empty view": ("/bench/empty/", 0.0),
        "reference page": ("/bench/reference/", 0.0),
        "entities": ("/tramites/", CATALOGUE),
        "entity": (f"/tramites/{entity}/", CATALOGUE),
        "procedure": (f"/tramites/{CONSULTATION}/", CATALOGUE),
    }
    pages = [PageKind(name, f"{portal.url}{path}", {}, share) for name, (path, share) in public.items()]
    with chromium() as browser:  # which is gone when the measuring begins
        person = citizen(browser, portal)
        personal = visit_steps(person) | {
            "start form": f"{portal.url}/tramites/{CONSULTATION}/empezar/",
            "home": f"{portal.url}/",
            "downloads": f"{portal.url}/descargas/",
        }
        headers = {"Cookie": cookie_header(person)}
    return pages + [PageKind(name, url, headers, STEP) for name, url in personal.items()]


def print_table(pages: list[PageKind], speeds: Mapping[str, float]) -> None:
    """Print requests per second, shares of the empty view and of the reference page, and the share to reach."""
    empty, reference = speeds["empty view"], speeds["reference page"]
    say(f"{'page':22}{'req/s':>8}{'of empty':>10}{'of ref.':>10}{'at least':>10}")
    for page in pages:
        speed = speeds[page.name]
        verdict = "" if not page.share else f"{page.share:>9.0%} " + ("✓" if speed >= page.share * empty else "✗")
        say(f"{page.name:22}{speed:8.0f}{speed / empty:>10.0%}{speed / reference:>10.0%}{verdict}")


if __name__ == "__main__":
    sys.exit(main())
