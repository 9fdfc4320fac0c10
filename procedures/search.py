"""Finding a procedure by everyday words: without accents or case, as somebody types, and with a slip of the finger.

An index is made once a language for all that is published. It knows for each word where it stands and what it counts
there, so that a search looks at the words asked and not at every procedure.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from procedures.models import Entity
    from procedures.published_catalogue import Offer

LONGEST_QUERY = 200
"""Characters of a query that are looked at."""
MOST_WORDS = 12
"""Words of a query that are looked for."""
_WORDS = re.compile(r"[^\W_]+")
_SAYING_NOTHING = (
    "a al con cual como de del donde el en es la las lo los me mi mis necesito no o para por puedo que quiero saber se "
    "si su sus un una y an and can do for from get how i in is my need of on or the to want was what where with"
)
_EMPTY_WORDS = frozenset(_SAYING_NOTHING.split())
NAME, KEYWORD, SYNONYM, ENTITY, SUMMARY = 8, 6, 5, 4, 1
WHOLE = 10
"""What is added when the query is a whole name or keyword."""
ONE_WORD_MORE = 100
PREFIX_SHARE, CLOSE_SHARE = 0.6, 0.5
"""What a word counts that only begins like the one searched, or is one letter away from it."""
SHORTEST_FORGIVEN = 4
"""Letters that a word must have for one of them to be wrong, missing, too many, or swapped with the next."""
LEAST_ALIKE = 65
"""How alike two words must be, in per cent, for the one to be proposed in the other's place."""


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


def counting(text: str) -> list[str]:
    """The words that say something, each once; all of them when none does."""
    asked = list(dict.fromkeys(words(text)))
    return [word for word in asked if word not in _EMPTY_WORDS] or asked


@dataclass(frozen=True)
class Means:
    """People say these words, and mean any of those that the catalogue uses."""

    said: tuple[str, ...]
    meant: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, said: str, meant: Iterable[str]) -> Self:
        return cls(tuple(counting(said)), tuple(frozenset(counting(text)) for text in meant))


@dataclass(frozen=True)
class Text:
    """Something that can be found: its words with what they count, and what is found first when asked for whole."""

    weights: dict[str, int]
    phrases: tuple[str, ...]

    @classmethod
    def of_offer(cls, offer: "Offer") -> Self:
        version, entity = offer.version, offer.entity
        phrases = (str(version.name), *str(version.keywords).splitlines())
        weighted = (
            (str(version.summary), SUMMARY),
            (_names(entity), ENTITY),
            (str(version.keywords), KEYWORD),
            (str(version.name), NAME),
        )
        return cls(_weights(weighted), phrases)

    @classmethod
    def of_entity(cls, entity: "Entity") -> Self:
        return cls(_weights([(_names(entity), NAME)]), (str(entity.name), str(entity.short_name)))

    @classmethod
    def of_name(cls, name: str) -> Self:
        return cls(_weights([(name, NAME)]), (name,))

    def with_synonyms(self, synonyms: Iterable[Means]) -> Self:
        """The same, found also by what people say in place of its own words."""
        weights = dict(self.weights)
        for synonym in synonyms:
            for meant in filter(None, synonym.meant):
                weight = min((self.weights.get(word, 0) for word in meant), default=0)
                if weight > SUMMARY:
                    for word in synonym.said:
                        weights[word] = max(weights.get(word, 0), min(weight, SYNONYM))
        return type(self)(weights, self.phrases)


def _names(entity: "Entity") -> str:
    return f"{entity.short_name} {entity.name} {entity.slug} {entity.monogram}"


def _weights(texts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What each word counts; the texts that count most come last."""
    weights: dict[str, int] = {}
    for text, weight in texts:
        weights.update(dict.fromkeys(words(text), weight))
    return weights


Matches = dict[int, float]
"""What a word counts, for the number of each text where it stands."""


@dataclass
class Index:
    """Where each word stands; texts are found by the code they were given under."""

    codes: list[str] = field(default_factory=list)
    stands: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    whole: dict[frozenset[str], set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, Text]) -> Self:
        index = cls()
        for number, (code, text) in enumerate(texts.items()):
            index.codes.append(code)
            for word, weight in text.weights.items():
                index.stands.setdefault(word, []).append((number, weight))
            for phrase in text.phrases:
                index.whole.setdefault(frozenset(counting(phrase)), set()).add(number)
        return index

    @cached_property
    def known(self) -> list[str]:
        """Every word, in the alphabet's order, so that those with one beginning stand together."""
        return sorted(self.stands)

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        """The words of this length, or of one letter more or less."""
        near: dict[int, list[str]] = {}
        for word in self.known:
            if len(word) >= SHORTEST_FORGIVEN:
                for length in (len(word) - 1, len(word), len(word) + 1):
                    near.setdefault(length, []).append(word)
        return near

    def find(self, query: str) -> list[str]:
        """The codes that match every word that counts, the best first.

        Where there is none, those that match more than half of the words: people say more than the catalogue knows.
        """
        asked = counting(query[:LONGEST_QUERY])[:MOST_WORDS]
        matches = [self._matches(word) for word in asked]
        found = _in_all(matches)
        if not found and len(asked) > 1:
            matches = [_best(of, self._close_matches(word)) for word, of in zip(asked, matches, strict=True)]
            found = _in_all(matches) or _in_most(matches)
        for number in self.whole.get(frozenset(self._as_known(word) for word in asked), ()):
            if number in found:
                found[number] += WHOLE
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return [self.codes[number] for number, _score in ordered]

    def _matches(self, word: str) -> Matches:
        """Where the word stands, or one that begins with it; if there is none, one that is a letter away."""
        found: Matches = {}
        for known in self._beginning_with(word):
            share = 1 if known == word else PREFIX_SHARE
            for number, weight in self.stands[known]:
                if found.get(number, 0) < weight * share:
                    found[number] = weight * share
        return found or self._close_matches(word)

    def _beginning_with(self, word: str) -> list[str]:
        if len(word) < 2:
            return [word] if word in self.stands else []
        start = bisect_left(self.known, word)
        return self.known[start : bisect_left(self.known, word + chr(0x10FFFF), lo=start)]

    def _close_matches(self, word: str) -> Matches:
        found: Matches = {}
        for known in self._close(word):
            for number, weight in self.stands[known]:
                found[number] = max(found.get(number, 0), weight * CLOSE_SHARE)
        return found

    def _close(self, word: str) -> list[str]:
        """The words that one wrong, missing, extra or swapped letter may have made into this one."""
        if len(word) < SHORTEST_FORGIVEN:
            return []
        near = self._by_length.get(len(word), [])
        return [
            known
            for known, _distance, _at in process.extract(word, near, scorer=OSA.distance, score_cutoff=1, limit=None)
        ]

    def _as_known(self, word: str) -> str:
        return word if word in self.stands else next(iter(self._close(word)), word)

    def proposal(self, query: str) -> str:
        """The query with the likest known words in the place of those that are not known, if that finds something."""
        asked = words(query[:LONGEST_QUERY])[:MOST_WORDS]
        proposed = [word if word in _EMPTY_WORDS or self._matches(word) else self._likest(word) for word in asked]
        text = " ".join(word for word in proposed if word)
        return text if proposed != asked and self.find(text) else ""

    def _likest(self, word: str) -> str:
        if len(word) < SHORTEST_FORGIVEN:
            return ""
        likest = process.extractOne(word, self.known, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE)
        return likest[0] if likest and len(likest[0]) >= SHORTEST_FORGIVEN else ""


def _in_all(matches: list[Matches]) -> Matches:
    if not matches:
        return {}
    fewest = min(matches, key=len)
    return {number: sum(of[number] for of in matches) for number in fewest if all(number in of for of in matches)}


def _in_most(matches: list[Matches]) -> Matches:
    """The more words, the better; only then what they count."""
    scores: Matches = {}
    counts: dict[int, int] = {}
    for of in matches:
        for number, score in of.items():
            scores[number] = scores.get(number, 0) + score
            counts[number] = counts.get(number, 0) + 1
    return {
        number: score + 100 * counts[number] for number, score in scores.items() if counts[number] * 2 > len(matches)
    }


def _best(one: Matches, other: Matches) -> Matches:
    return {number: max(one.get(number, 0), other.get(number, 0)) for number in one.keys() | other.keys()}
