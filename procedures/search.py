"""Finding a procedure by words, without accents or case."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from procedures.published import Offer

LONGEST_QUERY = 200
"""Characters of a query that are looked at."""
_WORDS = re.compile(r"[^\W_]+")
_SAYING_NOTHING = (
    "a al con cual como de del donde el en es la las lo los me mi mis no o para por que quiero saber se si su sus un "
    "una y an and for from get how i in is my of on or the to want what where with"
)
_EMPTY_WORDS = frozenset(_SAYING_NOTHING.split())
NAME, KEYWORD, ENTITY, SUMMARY = 8, 6, 4, 1
PREFIX_SHARE = 0.6
"""What a word counts that only begins like the one searched."""


def tidy(query: str) -> str:
    """The query as it is shown and searched for: cut, on one line, with spaces for what nobody sees."""
    seen = (" " if unicodedata.category(letter).startswith("C") else letter for letter in query[:LONGEST_QUERY])
    return " ".join("".join(seen).split())


def fold(text: str) -> str:
    """Lower case without accents: ``Cotización`` and ``cotizacion`` are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    return _WORDS.findall(fold(text))


@dataclass(frozen=True)
class Index:
    """For each code, how much each of its words counts."""

    weights: dict[str, dict[str, int]]

    @classmethod
    def of(cls, offers: "Mapping[str, Offer]") -> Self:
        """Index the texts of the language in use."""
        return cls({code: _weights(offer) for code, offer in offers.items()})

    def find(self, query: str) -> list[str]:
        """The codes that match every word that counts, the best first."""
        asked = list(dict.fromkeys(words(query[:LONGEST_QUERY])))
        counting = [word for word in asked if word not in _EMPTY_WORDS] or asked
        scored = [(self._score(weights, counting), code) for code, weights in self.weights.items()]
        return [code for score, code in sorted(scored, key=lambda pair: -pair[0]) if score > 0]

    def _score(self, weights: dict[str, int], asked: list[str]) -> float:
        total = 0.0
        for word in asked:
            best = max((_worth(word, known, weight) for known, weight in weights.items()), default=0.0)
            if best == 0:
                return 0.0
            total += best
        return total


def _worth(asked: str, known: str, weight: int) -> float:
    if asked == known:
        return weight
    if len(asked) >= 2 and known.startswith(asked):
        return weight * PREFIX_SHARE
    return 0.0


def _weights(offer: "Offer") -> dict[str, int]:
    version, entity = offer.version, offer.entity
    weights: dict[str, int] = {}
    for text, weight in (
        (version.summary, SUMMARY),
        (f"{entity.short_name} {entity.name} {entity.slug} {entity.monogram}", ENTITY),
        (version.keywords, KEYWORD),
        (version.name, NAME),
    ):
        weights.update(dict.fromkeys(words(str(text)), weight))
    return weights
