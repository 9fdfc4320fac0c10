"""Reading ``guides/questions/*.toml`` into the public questions.

A question is saved when its file says something else than when it was last loaded: loading the same files again
changes nothing, and what editors have changed since then stays until the file changes. One that no file names stays.
"""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from guides.models import PublicQuestion

QUESTIONS = Path(__file__).resolve().parent / "questions"
LANGUAGES = ("es", "en")
KEYS = {"key", "where", "question", "answer"}


class QuestionFileError(ValueError):
    """A file does not say what a file of questions must; the message names the file, the question and what is wrong."""


def load(folder: Path = QUESTIONS) -> int:
    """Load every file, all or nothing; answers how many questions were new or changed. Raises ``QuestionFileError``."""
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
    said = json.dumps([section, order, question], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()
    known = PublicQuestion.objects.filter(key=question["key"]).first() or PublicQuestion(key=question["key"])
    if known.loaded_digest == digest:
        return False
    known.section, known.order, known.loaded_digest = section, order, digest
    known.where = question.get("where", PublicQuestion.Where.EVERYWHERE)
    for language in LANGUAGES:
        setattr(known, f"question_{language}", question["question"][language])
        setattr(known, f"answer_{language}", question["answer"][language].strip())
    known.full_clean()
    known.save()
    return True
