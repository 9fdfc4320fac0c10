"""The public questions in this process's memory, and finding one by words, without accents or case.

They are read again after some time (``CATALOGUE_SEEN_SECONDS``), and what was read goes on being shown while the
database is away: help is needed most when something is down.
"""

import logging
import re
import threading
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.utils.safestring import SafeString

from guides.answers import as_html, as_text
from guides.models import PublicQuestion

logger = logging.getLogger(__name__)

LONGEST_QUERY = 200
_WORDS = re.compile(r"[^\W_]+")
_SAYING_NOTHING = (
    "a al como con cual cuando de del donde el en es esta este ha he hay la las lo los me mi mis no o para por puedo "
    "que quien se si su sus tengo tu un una y an and are can do for from get how i in is it my of on or the to what "
    "where with"
)
_EMPTY_WORDS = frozenset(_SAYING_NOTHING.split())


@dataclass(frozen=True)
class Shown:
    """A question as it is shown in the language in use."""

    section: str
    question: str
    answer: SafeString


class _Kept:
    """The questions last read, and when that was."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.questions: tuple[PublicQuestion, ...] | None = None
        self.seen_at = 0.0


_kept = _Kept()


def forget_questions() -> None:
    """Read the questions again when they are next asked for."""
    with _kept.lock:
        _kept.questions = None


def shown_questions(query: str = "") -> list[Shown]:
    """Those that are shown here and match every word of the query that counts, in their order."""
    where = PublicQuestion.Where.IN_TRIAL if settings.SANDBOX_PUBLIC_URL else PublicQuestion.Where.IN_SERVICE
    here = [kept for kept in _questions() if kept.where in (PublicQuestion.Where.EVERYWHERE, where)]
    asked = _asked(query)
    found = [kept for kept in here if not asked or _matches(kept, asked)]
    return [Shown(kept.get_section_display(), kept.question, as_html(kept.answer)) for kept in found]


def tidy(query: str) -> str:
    """The query as it is shown and searched for: cut, on one line, with spaces for what nobody sees."""
    seen = (" " if unicodedata.category(letter).startswith("C") else letter for letter in query[:LONGEST_QUERY])
    return " ".join("".join(seen).split())


def _questions() -> Sequence[PublicQuestion]:
    kept = _kept.questions
    if kept is not None and time.monotonic() - _kept.seen_at < settings.CATALOGUE_SEEN_SECONDS:
        return kept
    if not _kept.lock.acquire(blocking=kept is None):
        return kept or ()
    try:
        kept = tuple(PublicQuestion.objects.filter(is_shown=True).order_by("order", "pk"))
    except DatabaseError as error:
        logger.warning("The questions cannot be read: %s", type(error).__name__)
    else:
        _kept.questions = kept
    finally:
        _kept.seen_at = time.monotonic()
        _kept.lock.release()
    return kept or ()


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _words(text: str) -> list[str]:
    return _WORDS.findall(_fold(text))


def _asked(query: str) -> list[str]:
    words = _words(query[:LONGEST_QUERY])
    return [_stem(word) for word in words if word not in _EMPTY_WORDS] or words


def _stem(word: str) -> str:
    """Without the ending of a plural: ``móviles`` finds ``móvil``."""
    return re.sub(r"(?<=\w{3})(?:es|s)$", "", word) if len(word) > 4 else word


def _matches(kept: PublicQuestion, asked: list[str]) -> bool:
    words = set(_words(f"{kept.question} {as_text(kept.answer)}"))
    return all(any(word.startswith(begun) for word in words) for begun in asked)
