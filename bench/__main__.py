"""`make bench`: requests per second of every kind of page.

The pages take turns, so that a slow moment of the machine affects all of them alike.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from bench.citizen import Citizen, ParsedPage
from bench.load import Target, generator, requests_per_second
from tools.console import say
from tools.serving import Portal, serving

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
CONSULTATION = os.environ.get("BENCH_CONSULTATION", "tgss/situacion-actual")
DOCUMENT = os.environ.get("BENCH_DOCUMENT", "tgss/vida-laboral")
CATALOGUE, STEP = 0.75, 0.15
"""The least shares of the empty view's speed."""


@dataclass(frozen=True)
class PageKind:
    """One kind of page, and the share of the empty view's speed that it has to reach (0: none)."""

    name: str
    target: Target
    share: float


def main() -> int:
    """Serve, measure and print; return 0 when every page could be measured."""
    database = {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL") if name in os.environ}
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", **database}
    with serving(None, **settings) as portal:
        pages = page_kinds(portal)
        kind = database.get("DATABASE_URL", "sqlite").partition(":")[0]
        say(f"{len(pages)} pages, {ROUNDS} × {SECONDS:.0f} s each, {kind}, granian 2 × 16, load by {generator()}\n")
        speeds: dict[str, list[float]] = {page.name: [] for page in pages}
        for page in pages:  # the first requests fill caches and connections
            requests_per_second(page.target, 0.5 if generator() == "own threads" else 1)
        for _ in range(ROUNDS):
            for page in pages:
                speeds[page.name].append(requests_per_second(page.target, SECONDS))
    print_table(pages, {name: statistics.median(values) for name, values in speeds.items()})
    return 0


def page_kinds(portal: Portal) -> list[PageKind]:
    """Return every kind of page; personal ones in the state in which a citizen sees them."""
    anybody = Citizen(portal.url, portal.sandbox.url)
    entity, _, _ = CONSULTATION.partition("/")
    public = {
        "empty view": ("/bench/empty/", 0.0),
        "reference page": ("/bench/reference/", 0.0),
        "entities": ("/tramites/", CATALOGUE),
        "entity": (f"/tramites/{entity}/", CATALOGUE),
        "procedure": (f"/tramites/{CONSULTATION}/", CATALOGUE),
    }
    pages = [
        PageKind(name, Target(f"{portal.url}{path}", {"Cookie": anybody.cookies()}), share)
        for name, (path, share) in public.items()
    ]
    return pages + [PageKind(name, target, STEP) for name, target in personal_pages(portal).items()]


def personal_pages(portal: Portal) -> Mapping[str, Target]:
    """Return the pages of one citizen who has a saved user, an access in each state, and a document."""
    citizen = Citizen(portal.url, portal.sandbox.url)
    document = citizen.walk(DOCUMENT, until="result")
    found = {
        "result": citizen.walk(CONSULTATION, until="result"),
        "choose user": citizen.walk(CONSULTATION, until="user"),
        "method": citizen.walk(CONSULTATION, until="method"),
        "app": citizen.walk(CONSULTATION, until="pin_app", method="pin_app"),
        "contrast": citizen.walk(CONSULTATION, until="contrast"),
        "sms pin": citizen.walk(CONSULTATION, until="sms_pin"),
        "start form": citizen.open(f"{portal.url}/tramites/{CONSULTATION}/empezar/"),
        "home": citizen.open(f"{portal.url}/"),
        "downloads": citizen.open(f"{portal.url}/descargas/"),
        "document": citizen.open(_link_to_document(document)),
    }
    headers = {"Cookie": citizen.cookies()}
    return {name: Target(page.url, headers) for name, page in found.items()}


def _link_to_document(result: ParsedPage) -> str:
    return next(link for link in result.links if "/descargas/" in link and not link.endswith("/descargas/"))


def print_table(pages: list[PageKind], speeds: Mapping[str, float]) -> None:
    """Print requests per second, shares of the empty view and of the reference page, and the share to reach."""
    empty, reference = speeds["empty view"], speeds["reference page"]
    say(f"{'page':16}{'req/s':>8}{'of empty':>10}{'of ref.':>10}{'at least':>10}")
    for page in pages:
        speed = speeds[page.name]
        verdict = "" if not page.share else f"{page.share:>9.0%} " + ("✓" if speed >= page.share * empty else "✗")
        say(f"{page.name:16}{speed:8.0f}{speed / empty:>10.0%}{speed / reference:>10.0%}{verdict}")


if __name__ == "__main__":
    sys.exit(main())
