"""The public questions as they are shown, and finding them by words.

The rows stay in this process's memory for ``CATALOGUE_SEEN_SECONDS`` and are shown on while the database is away: help
is needed most when something is down.
"""

import logging
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError
from django.utils.safestring import SafeString

from foundation import languages
from foundation.search import LONGEST_QUERY, Index, SearchText, significant_words, stop_words
from guides.answers import as_html, as_plain_text
from guides.models import PublicQuestion

logger = logging.getLogger(__name__)

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


class _Cache:
    """What was read last, and when."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.questions: _Questions | None = None
        self.read_at = 0.0


_cache = _Cache()


def forget_questions() -> None:
    """Read the questions again when they are next asked for."""
    with _cache.lock:
        _cache.questions = None


def find_questions(query: str = "") -> list[DisplayedQuestion]:
    """Return the questions that this portal shows and that have every significant word of the query."""
    where = PublicQuestion.Where.IN_TRIAL if settings.SANDBOX_PUBLIC_URL else PublicQuestion.Where.IN_SERVICE
    return [
        DisplayedQuestion(row.get_section_display(), row.question, as_html(row.answer))
        for row in _questions().matching(query)
        if row.where in (PublicQuestion.Where.EVERYWHERE, where)
    ]


def _singular(word: str) -> str:
    """Drop the ending of a plural: ``móviles`` finds ``móvil``."""
    return _PLURAL.sub("", word) if len(word) > 4 else word


def _questions() -> _Questions:
    last = _cache.questions
    if last is not None and time.monotonic() - _cache.read_at < settings.CATALOGUE_SEEN_SECONDS:
        return last
    if not _cache.lock.acquire(blocking=last is None):
        return last or _Questions()
    try:
        last = _Questions(tuple(PublicQuestion.objects.filter(is_shown=True).order_by("order", "pk")))
    except DatabaseError as error:
        logger.warning("The questions cannot be read: %s", type(error).__name__)
    else:
        _cache.questions = last
    finally:
        _cache.read_at = time.monotonic()
        _cache.lock.release()
    return last or _Questions()
