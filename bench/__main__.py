"""Measures every kind of page, in turns so that a slow moment of the machine hits all of them, and prints a table."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.citizen import Citizen, PageRead
from bench.load import Target, generator, requests_per_second
from tests.journeys.serving import Portal, serving

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
CONSULTATION = os.environ.get("BENCH_CONSULTATION", "tgss/situacion-actual")
DOCUMENT = os.environ.get("BENCH_DOCUMENT", "tgss/vida-laboral")
CATALOGUE, STEP = 0.75, 0.15  # shares of the empty view's speed that are to be held


@dataclass(frozen=True)
class Measured:
    """One kind of page: where it is asked, and the share of the empty view that it is to reach (0: none)."""

    name: str
    target: Target
    share: float


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Serve, walk, measure and print; 0 when every page could be measured."""
    database = {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL") if name in os.environ}
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", **database}
    with tempfile.TemporaryDirectory(prefix="tramites-bench-") as data, serving(Path(data), **settings) as where:
        pages = pages_to_measure(where)
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


def pages_to_measure(where: Portal) -> list[Measured]:
    """Every kind of page; the personal ones each in the state in which a citizen sees it."""
    anybody = Citizen(where.url, where.sandbox.url)
    entity, _, _ = CONSULTATION.partition("/")
    public = {
        "empty view": ("/bench/empty/", 0.0),
        "reference page": ("/bench/reference/", 0.0),
        "entities": ("/tramites/", CATALOGUE),
        "entity": (f"/tramites/{entity}/", CATALOGUE),
        "procedure": (f"/tramites/{CONSULTATION}/", CATALOGUE),
    }
    pages = [
        Measured(name, Target(f"{where.url}{path}", {"Cookie": anybody.cookies()}), share)
        for name, (path, share) in public.items()
    ]
    return pages + [Measured(name, target, STEP) for name, target in personal(where).items()]


def personal(where: Portal) -> Mapping[str, Target]:
    """The pages of one citizen with a saved user, an access in each state, and a document."""
    citizen = Citizen(where.url, where.sandbox.url)
    document = citizen.walk(DOCUMENT, until="result")
    found = {
        "result": citizen.walk(CONSULTATION, until="result"),
        "choose user": citizen.walk(CONSULTATION, until="user"),
        "method": citizen.walk(CONSULTATION, until="method"),
        "app": citizen.walk(CONSULTATION, until="pin_app", method="pin_app"),
        "contrast": citizen.walk(CONSULTATION, until="contrast"),
        "sms pin": citizen.walk(CONSULTATION, until="sms_pin"),
        "start form": citizen.look(f"{where.url}/tramites/{CONSULTATION}/empezar/"),
        "home": citizen.look(f"{where.url}/"),
        "downloads": citizen.look(f"{where.url}/descargas/"),
        "document": citizen.look(_link_to_document(document)),
    }
    headers = {"Cookie": citizen.cookies()}
    return {name: Target(page.url, headers) for name, page in found.items()}


def _link_to_document(result: PageRead) -> str:
    return next(link for link in result.links if "/descargas/" in link and not link.endswith("/descargas/"))


def print_table(pages: list[Measured], speeds: Mapping[str, float]) -> None:
    """One line a page: requests a second, shares of the empty view and the reference page, and the share to hold."""
    empty, reference = speeds["empty view"], speeds["reference page"]
    say(f"{'page':16}{'req/s':>8}{'of empty':>10}{'of ref.':>10}{'to hold':>10}")
    for page in pages:
        speed = speeds[page.name]
        held = "" if not page.share else f"{page.share:>9.0%} " + ("✓" if speed >= page.share * empty else "✗")
        say(f"{page.name:16}{speed:8.0f}{speed / empty:>10.0%}{speed / reference:>10.0%}{held}")


if __name__ == "__main__":
    sys.exit(main())
