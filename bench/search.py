"""`make search-table`: whether everyday queries find their procedure, and how fast among 5,000 procedures."""

from __future__ import annotations

import statistics
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench.database import new_database
from tools.console import say

if TYPE_CHECKING:
    from foundation.search import Index, SearchText

TABLE = Path(__file__).with_name("searches.toml")
FIRST = 3
LEAST_FOUND = 0.95
PROCEDURES = 5000
MOST_MILLISECONDS = 20


@dataclass(frozen=True)
class Query:
    """What somebody types, in which language, and the procedures of which one has to be found."""

    text: str
    language: str
    expected: frozenset[str]
    has_typo: bool


@dataclass(frozen=True)
class Miss:
    """A query whose procedures are not among the first results, and those that are."""

    query: Query
    found: Sequence[str]


def table() -> list[Query]:
    """Return the queries of every language."""
    content = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return [
        Query(row["q"], language, frozenset(row["any"]), row.get("typo", False))
        for language, rows in content.items()
        for row in rows
    ]


def misses_of(queries: Sequence[Query]) -> list[Miss]:
    """Return the queries that do not find what they should in the published catalogue."""
    from django.utils import translation

    from procedures.published_catalogue import published

    misses = []
    for query in queries:
        with translation.override(query.language):
            found = [offer.code for offer in published().search_procedures(query.text)][:FIRST]
        if not query.expected & set(found):
            misses.append(Miss(query, found))
    return misses


def milliseconds(queries: Sequence[Query]) -> list[float]:
    """Return how long each query takes among ``PROCEDURES`` procedures."""
    indexes = {language: _large_index(language) for language in sorted({query.language for query in queries})}
    took = []
    for query in queries:
        index = indexes[query.language]
        start = time.perf_counter()
        index.find(query.text)
        took.append((time.perf_counter() - start) * 1000)
    return took


def _large_index(language: str) -> Index:
    """Index the catalogue's texts, repeated with varied words until there are enough."""
    from django.utils import translation

    from foundation.search import Index
    from procedures.published_catalogue import published
    from procedures.search import offer_text, stop_words

    content = published().content
    with translation.override(language):
        synonyms = content.synonyms.get(language, ())
        texts = [offer_text(version, synonyms) for version in content.by_code.values()]
    repeated = enumerate(islice(cycle(texts), PROCEDURES))
    index = Index({str(number): _varied(text, number) for number, text in repeated}, stop_words(language))
    index.find("begin")  # the first search builds what later ones share
    index.find("word")
    return index


def _varied(text: SearchText, number: int) -> SearchText:
    """Return the text as another body would have it: half of its words get another ending."""
    from foundation.search import SearchText

    ending = "abcdefghijklmnopqrstuvwxyz"[number // 40 % 26]
    weights = {
        word + ending if position % 2 and number >= 40 else word: weight
        for position, (word, weight) in enumerate(text.weights.items())
    }
    return SearchText(weights, text.phrases)


def main() -> int:
    """Load the catalogue into a new database, measure and print; return 0 when enough is found."""
    from django.core.management import call_command

    with new_database():
        call_command("load_catalogue", verbosity=0)
        queries = table()
        misses = misses_of(queries)
        took = sorted(milliseconds(queries))
    typos = sum(query.has_typo for query in queries)
    for miss in misses:
        say(f"  {miss.query.language} «{miss.query.text}»: {', '.join(miss.found) or 'nothing'}")
    share = 1 - len(misses) / len(queries)
    p95 = took[int(len(took) * 0.95)]
    first = f"{share:.1%} find their procedure within the first {FIRST}"
    say(f"{len(queries)} queries, {typos} with a wrong letter: {first}")
    say(f"{PROCEDURES} procedures: median {statistics.median(took):.1f} ms, p95 {p95:.1f} ms a search")
    if p95 > MOST_MILLISECONDS:
        say(f"That is more than {MOST_MILLISECONDS} ms.")
    return 0 if share >= LEAST_FOUND else 1


if __name__ == "__main__":
    sys.exit(main())
