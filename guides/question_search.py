"""The public questions as they are shown, and finding them by words.

The rows stay in this process's memory for ``CATALOGUE_SEEN_SECONDS`` and are shown on while the database is away: help
is needed most when something is down.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.safestring import SafeString

from foundation import languages
from foundation.refreshed import Refreshed
from foundation.search import LONGEST_QUERY, Index, SearchText, significant_words, stop_words
from guides.answers import as_html, as_plain_text
from guides.models import PublicQuestion

STOP_WORDS = {"es": "cuando esta este ha he hay quien tengo tu", "en": "are it"}
"""Words of a question that its answer need not hold."""
_PLURAL = re.compile(r"(?<=\w{3})(?:es|s)$")


@dataclass(frozen=True)
class DisplayedQuestion:
    """A question as it is shown in the language in use."""

    section: str
    question: str
    answer: SafeString


@dataclass(frozen=True)
class _Questions:
    """The rows read at one moment, and an index of them for each language that was searched."""

    rows: tuple[PublicQuestion, ...] = ()
    indexes: dict[str, Index] = field(default_factory=dict)

    def matching(self, query: str) -> Iterator[PublicQuestion]:
        """Yield the questions that have every significant word of the query, in their order."""
        index = self._index()
        asked = significant_words(query[:LONGEST_QUERY], index.stop_words)
        found = frozenset(index.matching_all(map(_singular, asked)))
        return (row for row in self.rows if row.key in found)

    def _index(self) -> Index:
        language = languages.current()
        if language not in self.indexes:
            texts = {row.key: f"{row.question} {as_plain_text(row.answer)}" for row in self.rows}
            weighed = {key: SearchText.weigh([(text, 1)]) for key, text in texts.items()}
            self.indexes[language] = Index(weighed, stop_words(language, STOP_WORDS))
        return self.indexes[language]


def _read() -> _Questions:
    return _Questions(tuple(PublicQuestion.objects.filter(is_shown=True).order_by("order", "pk")))


_questions = Refreshed(
    "the questions", _read, max_age=lambda: float(settings.CATALOGUE_SEEN_SECONDS), fallback=_Questions
)


def forget_questions() -> None:
    """Read the questions again when they are next asked for."""
    _questions.forget()


def find_questions(query: str = "") -> list[DisplayedQuestion]:
    """Return the questions that this portal shows and that have every significant word of the query."""
    where = PublicQuestion.Where.IN_TRIAL if settings.SANDBOX_PUBLIC_URL else PublicQuestion.Where.IN_SERVICE
    return [
        DisplayedQuestion(row.get_section_display(), row.question, as_html(row.answer))
        for row in _questions.get().matching(query)
        if row.where in (PublicQuestion.Where.EVERYWHERE, where)
    ]


def _singular(word: str) -> str:
    """Drop the ending of a plural: ``móviles`` finds ``móvil``."""
    return _PLURAL.sub("", word) if len(word) > 4 else word
