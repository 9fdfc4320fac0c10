"""Full-text search in memory, without accents or case, that forgives unfinished words and one typing mistake.

An index holds the texts of one language and maps each word to the texts where it stands and to its weight there, so
that a search visits the words of the query and not every text.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from foundation.text import clean_text

LONGEST_QUERY = 200
"""Characters of a query that are read."""
MOST_WORDS = 12
"""Words of a query that are looked up."""
WHOLE_PHRASE = 10
"""Score added when the query is a whole phrase of the text."""
EACH_WORD = 100
"""Score of each matching word when not all of them match: more than any weight."""
PREFIX_SHARE, TYPO_SHARE = 0.6, 0.5
"""Shares of its weight that a word counts when the query's only begins it, or is one letter away from it."""
SHORTEST_WITH_TYPO = 4
"""Letters that a word must have before one of them may be wrong, missing, extra or swapped with the next."""
LEAST_SIMILARITY = 65
"""Similarity, in per cent, from which one word is proposed in place of another."""
STOP_WORDS = {
    "es": """
        a al con cual como de del donde el en es la las lo los me mi mis no o para por puedo que se si su sus un una y
    """,
    "en": "a an and can do for from get how i in is me my no of on or the to what where with",
}
"""Words that carry no meaning in a query, by language."""
_TYPED_ON_EVERY_PAGE = ("es", "en")
_WORDS = re.compile(r"[^\W_]+")


def tidy(query: str) -> str:
    """Return the query as it is shown and searched for: cut, on one line, without invisible characters."""
    return clean_text(query[:LONGEST_QUERY])[:LONGEST_QUERY].strip()


def fold(text: str) -> str:
    """Return the text in lower case without accents: ``Cotización`` and ``cotizacion`` become one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokenize(text: str) -> list[str]:
    """Return the folded runs of letters and digits, in their order."""
    return _WORDS.findall(fold(text))


def stop_words(language: str, *more: Mapping[str, str]) -> frozenset[str]:
    """Return the folded words that carry no meaning in a query on a page in this language.

    People type Spanish and English on any page, so those always count. ``more`` adds words by language, as
    ``STOP_WORDS`` has them.
    """
    languages = {*_TYPED_ON_EVERY_PAGE, language}
    return frozenset(
        word for lists in (STOP_WORDS, *more) for code in languages for word in tokenize(lists.get(code, ""))
    )


def significant_words(text: str, stop_words: frozenset[str]) -> list[str]:
    """Return the words that carry meaning, each once; all of them when none does."""
    unique = list(dict.fromkeys(tokenize(text)))
    return [word for word in unique if word not in stop_words] or unique


@dataclass(frozen=True)
class SynonymRule:
    """Words that people type, and the alternatives, each a set of words, that the texts use for the same thing."""

    typed: tuple[str, ...]
    meanings: tuple[frozenset[str], ...]

    @classmethod
    def parse(cls, typed: str, meanings: Iterable[str], stop_words: frozenset[str]) -> Self:
        """Keep the significant words of both, and no meaning without words."""
        parsed = (frozenset(significant_words(text, stop_words)) for text in meanings)
        return cls(tuple(significant_words(typed, stop_words)), tuple(filter(None, parsed)))


@dataclass(frozen=True)
class SearchText:
    """What is indexed of one thing: the weight of each word, and the phrases that put it first when typed whole."""

    weights: Mapping[str, int]
    phrases: tuple[str, ...] = ()

    @classmethod
    def weigh(cls, texts: Iterable[tuple[str, int]], *phrases: str) -> Self:
        """Give each word the highest weight of the texts that hold it."""
        weights: dict[str, int] = {}
        for text, weight in sorted(texts, key=lambda pair: pair[1]):
            weights.update(dict.fromkeys(tokenize(text), weight))
        return cls(weights, phrases)

    def with_synonyms(self, rules: Iterable[SynonymRule], *, above: int, at_most: int) -> Self:
        """Add what people type for its own words, where all words of a meaning weigh more than ``above``."""
        weights = dict(self.weights)
        for rule in rules:
            for meaning in rule.meanings:
                weight = min(self.weights.get(word, 0) for word in meaning)
                if weight > above:
                    for word in rule.typed:
                        weights[word] = max(weights.get(word, 0), min(weight, at_most))
        return type(self)(weights, self.phrases)


Scores = dict[int, float]
"""Scores by the position of the text in the index."""


class Index:
    """An inverted index of the texts of one language; texts are found by the keys they are given under."""

    def __init__(self, texts: Mapping[str, SearchText], stop_words: frozenset[str]) -> None:
        self.stop_words = stop_words
        self.keys = list(texts)
        self.postings: dict[str, list[tuple[int, int]]] = {}
        """For each word, the positions of the texts that hold it and its weight there."""
        self.phrases: dict[frozenset[str], set[int]] = {}
        for position, text in enumerate(texts.values()):
            for word, weight in text.weights.items():
                self.postings.setdefault(word, []).append((position, weight))
            for phrase in text.phrases:
                self.phrases.setdefault(frozenset(significant_words(phrase, stop_words)), set()).add(position)

    @cached_property
    def _vocabulary(self) -> list[str]:
        """Every word, sorted, so that those with a common beginning stand together."""
        return sorted(self.postings)

    @cached_property
    def _near_length(self) -> dict[int, list[str]]:
        """The words whose length differs from the key by one letter at most."""
        near: dict[int, list[str]] = {}
        for word in self._vocabulary:
            if len(word) >= SHORTEST_WITH_TYPO:
                for length in (len(word) - 1, len(word), len(word) + 1):
                    near.setdefault(length, []).append(word)
        return near

    def find(self, query: str) -> list[str]:
        """Return the keys of the texts that match every significant word, the best first.

        When none does, return those that match more than half of the words: people say more than the texts do.
        """
        asked = significant_words(query[:LONGEST_QUERY], self.stop_words)[:MOST_WORDS]
        matches = [self._matches(word) for word in asked]
        scores = _in_all(matches)
        if not scores and len(asked) > 1:
            matches = [_best(match, self._typo_matches(word)) for word, match in zip(asked, matches, strict=True)]
            scores = _in_all(matches) or _in_most(matches)
        for position in self.phrases.get(frozenset(self._corrected(word) for word in asked), ()):
            if position in scores:
                scores[position] += WHOLE_PHRASE
        return [self.keys[position] for position in sorted(scores, key=lambda position: (-scores[position], position))]

    def matching_all(self, prefixes: Iterable[str]) -> list[str]:
        """Return the keys of the texts that have a word beginning with each of these, in the order of the index."""
        matches = [
            {position for word in self._beginning_with(prefix) for position, _weight in self.postings[word]}
            for prefix in prefixes
        ]
        return [key for position, key in enumerate(self.keys) if all(position in match for match in matches)]

    def proposal(self, query: str) -> str:
        """Return the query with unknown words replaced by the most similar known ones; ``""`` if that finds nothing."""
        asked = tokenize(query[:LONGEST_QUERY])[:MOST_WORDS]
        proposed = [
            word if word in self.stop_words or self._matches(word) else self._most_similar(word) for word in asked
        ]
        text = " ".join(filter(None, proposed))
        return text if proposed != asked and self.find(text) else ""

    def _matches(self, word: str) -> Scores:
        """Score the texts that have the word or one that begins with it; if there is none, one that is a typo away."""
        scores: Scores = {}
        known_words = self._beginning_with(word) if len(word) > 1 else [word]
        for known in known_words:
            share = 1 if known == word else PREFIX_SHARE
            for position, weight in self.postings.get(known, ()):
                if scores.get(position, 0) < weight * share:
                    scores[position] = weight * share
        return scores or self._typo_matches(word)

    def _beginning_with(self, prefix: str) -> list[str]:
        start = bisect_left(self._vocabulary, prefix)
        return self._vocabulary[start : bisect_left(self._vocabulary, prefix + chr(0x10FFFF), lo=start)]

    def _typo_matches(self, word: str) -> Scores:
        scores: Scores = {}
        for known in self._one_typo_away(word):
            for position, weight in self.postings[known]:
                scores[position] = max(scores.get(position, 0), weight * TYPO_SHARE)
        return scores

    def _one_typo_away(self, word: str) -> list[str]:
        if len(word) < SHORTEST_WITH_TYPO:
            return []
        near = self._near_length.get(len(word), [])
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=1, limit=None)
        return [known for known, _distance, _at in found]

    def _corrected(self, word: str) -> str:
        return word if word in self.postings else next(iter(self._one_typo_away(word)), word)

    def _most_similar(self, word: str) -> str:
        if len(word) < SHORTEST_WITH_TYPO:
            return ""
        similar = process.extractOne(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=LEAST_SIMILARITY)
        return similar[0] if similar and len(similar[0]) >= SHORTEST_WITH_TYPO else ""


def _in_all(matches: list[Scores]) -> Scores:
    fewest = min(matches, key=len, default={})
    return {
        position: sum(match[position] for match in matches)
        for position in fewest
        if all(position in match for match in matches)
    }


def _in_most(matches: list[Scores]) -> Scores:
    """Score the texts that match more than half of the words, first by their number and then by their weights."""
    counts = Counter(chain.from_iterable(matches))
    return {
        position: sum(match.get(position, 0) for match in matches) + EACH_WORD * count
        for position, count in counts.items()
        if count * 2 > len(matches)
    }


def _best(one: Scores, other: Scores) -> Scores:
    return {position: max(one.get(position, 0), other.get(position, 0)) for position in one.keys() | other.keys()}
