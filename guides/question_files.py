"""Loading ``guides/questions/*.toml`` into the public questions.

A question is saved only when its entry differs from the one loaded last, so loading again changes nothing and editors'
changes stay until the file changes. Questions that no file names are left alone.
"""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from foundation import languages
from guides.models import PublicQuestion

QUESTIONS = Path(__file__).resolve().parent / "questions"
KEYS = {"key", "where", "question", "answer"}
COMPLETE = ("es", "en")
"""Languages in which every question is written; others may lack texts."""


class QuestionFileError(ValueError):
    """A malformed file; the message names the file, the question and the fault."""


def load(folder: Path = QUESTIONS) -> int:
    """Load every file or none; return the number of questions new or changed. Raises ``QuestionFileError``."""
    saved = 0
    with transaction.atomic():
        for number, path in enumerate(sorted(folder.glob("*.toml"))):
            saved += _load_file(path, number * 100)
    return saved


def _load_file(path: Path, first: int) -> int:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        section, questions = content["section"], content["question"]
    except (tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"{path.name}: {error!r}") from error
    saved = 0
    for position, question in enumerate(questions):
        try:
            saved += _load_question(section, first + position, question)
        except (KeyError, TypeError, ValidationError) as error:
            raise QuestionFileError(f"{path.name}, question {position + 1}: {error!r}") from error
    return saved


def _load_question(section: str, order: int, question: Any) -> bool:
    if not isinstance(question, dict) or not isinstance(question.get("key"), str):
        raise TypeError("a question is a table with a key")
    if unknown := set(question) - KEYS:
        raise KeyError(*sorted(unknown))
    content = json.dumps([section, order, question], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(content.encode()).hexdigest()
    known = PublicQuestion.objects.filter(key=question["key"]).first() or PublicQuestion(key=question["key"])
    if known.loaded_digest == digest:
        return False
    known.section, known.order, known.loaded_digest = section, order, digest
    known.where = question.get("where", PublicQuestion.Where.EVERYWHERE)
    for field in ("question", "answer"):
        for language in languages.codes():
            text = question[field][language] if language in COMPLETE else question[field].get(language, "")
            setattr(known, languages.column(field, language), text.strip())
    known.full_clean()
    known.save()
    return True
