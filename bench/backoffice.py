"""`python -m bench.backoffice`: every page of the back office with 10,000 procedures and a million accesses.

``BENCH_PROCEDURES`` and ``BENCH_ACCESSES`` ask for less data. Fails when a page takes over 30 queries or breaks.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.database import new_database
from tools.console import say

if TYPE_CHECKING:
    from tests.pages import PageClient

PROCEDURES = int(os.environ.get("BENCH_PROCEDURES", "10000"))
ACCESSES = int(os.environ.get("BENCH_ACCESSES", "1000000"))
MOST_QUERIES = 30
SLOW_MILLISECONDS = 1000
ROUNDS = 3
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
LEFT_OUT = {"logout", "jsi18n", "autocomplete", "view_on_site"}
"""Views that are no pages, or that end the session."""


@dataclass(frozen=True)
class Measurement:
    path: str
    status: int
    queries: int
    milliseconds: float

    @property
    def verdict(self) -> str:
        if self.status >= 500 or self.queries > MOST_QUERIES:
            return "✗"
        return "slow" if self.milliseconds > SLOW_MILLISECONDS else "✓"


def main() -> int:
    """Fill the database, open every page, print; return 0 when none takes too many queries."""
    began = time.monotonic()
    with new_database():
        from bench.backoffice_data import fill_accesses, fill_catalogue

        fill_catalogue(PROCEDURES)
        fill_accesses(ACCESSES)
        say(f"{PROCEDURES} procedures and {ACCESSES} accesses, made in {time.monotonic() - began:.0f} s\n")
        return _measure()


def _measure() -> int:
    from tests.backoffice.staff_users import a_staff_user, signed_in

    client = signed_in(a_staff_user(name="root", is_superuser=True))
    client.raise_request_exception = False
    found = [_open(client, path) for path in dict.fromkeys(_paths())]
    say(f"{'queries':>8}{'ms':>8}  page")
    for page in sorted(found, key=lambda page: -page.milliseconds):
        say(f"{page.queries:8}{page.milliseconds:8.0f}  {page.verdict:4} {page.status} {page.path}")
    return int(any(page.verdict == "✗" for page in found))


def _open(client: PageClient, path: str) -> Measurement:
    from django.db import connection

    took, asked, status = [], 0, 0

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal asked
        asked += not sql.startswith(NOT_COUNTED)
        return execute(sql, *rest)

    for _round in range(ROUNDS):
        asked, began = 0, time.monotonic()
        with connection.execute_wrapper(count):
            status = client.get(path).status_code
        took.append((time.monotonic() - began) * 1000)
    return Measurement(path, status, asked, statistics.median(took))


def _paths() -> Iterator[str]:
    """Yield every page without arguments, and each model's list, empty form and the pages of one row."""
    from django.contrib import admin
    from django.urls import NoReverseMatch, URLPattern, reverse

    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and pattern.name not in LEFT_OUT:
            try:
                yield reverse(f"admin:{pattern.name}")
            except NoReverseMatch:
                continue
    for model, _page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        for row in model._default_manager.all()[:1]:
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[row.pk])


if __name__ == "__main__":
    sys.exit(main())
