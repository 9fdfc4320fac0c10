"""Loading the files of questions: unchanged entries stay, wrong ones are named and nothing of them is loaded."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.forms import model_to_dict
from django.utils import translation

from guides import question_files
from guides.answers import as_html
from guides.models import PublicQuestion
from guides.question_files import QuestionFileError, load

ONE = 'section = "data"\n[[question]]\nkey = "one"\nquestion = {es = "¿Uno?", en = "One?"}\n'
ONE += 'answer = {es = "Uno.", en = "One."}\n'


def test_loading_again_changes_nothing_and_keeps_what_an_editor_changed() -> None:
    PublicQuestion.objects.filter(key="free").update(answer_es="Gratis.", is_shown=False)
    assert load() == 0
    assert PublicQuestion.objects.get(key="free").answer == "Gratis."


def test_a_file_that_changed_is_loaded_again(tmp_path: Path) -> None:
    (tmp_path / "1.toml").write_text(ONE)
    assert load(tmp_path) == 1
    (tmp_path / "1.toml").write_text(ONE.replace("Uno.", "Uno solo."))
    assert load(tmp_path) == 1
    assert PublicQuestion.objects.get(key="one").answer == "Uno solo."


@pytest.mark.parametrize(
    "content",
    [
        "[[",
        "section = 'data'",
        ONE.replace('key = "one"', "key = 1"),
        ONE.replace("answer =", "reply ="),
        ONE.replace('"data"', '"none"'),
        ONE.replace("Uno.", "[Uno](guides:nowhere)"),
        ONE.replace("Uno.", "{nothing_minutes}"),
        ONE.replace(', en = "One?"', ""),
        'section = "data"\nquestion = "a"',
    ],
)
def test_a_file_that_is_wrong_is_named_and_nothing_of_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    before = PublicQuestion.objects.count()
    (tmp_path / "0.toml").write_text(ONE.replace("one", "zero"))
    (tmp_path / "wrong.toml").write_text(content)
    with pytest.raises(QuestionFileError, match=r"wrong\.toml"):
        load(tmp_path)
    assert PublicQuestion.objects.count() == before


def test_the_command_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong() -> int:
        raise QuestionFileError("here")

    call_command("load_questions", verbosity=0)
    monkeypatch.setattr("guides.management.commands.load_questions.load", wrong)
    with pytest.raises(CommandError, match="here"):
        call_command("load_questions")


def test_every_question_is_there_in_both_languages() -> None:
    for question in PublicQuestion.objects.all():
        texts = model_to_dict(question)
        assert all(texts[name] for name in ("question_es", "question_en", "answer_es", "answer_en"))
        for language in question_files.COMPLETE:
            with translation.override(language):
                assert "{" not in as_html(question.answer)
                assert "](" not in as_html(question.answer)
