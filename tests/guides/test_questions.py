"""The public questions: from their files to the page, found by words, in the markup of their answers."""

from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.utils import translation
from pytest_django.fixtures import Settings

from foundation.search import LONGEST_QUERY
from guides import question_files
from guides.answers import as_html, as_plain_text, errors_in
from guides.models import PublicQuestion
from guides.question_files import QuestionFileError, load
from guides.question_search import find_questions
from tests.pages import PageClient, main_of, text_of

PATH = "/ayuda/preguntas/"
HTMX = {"HX-Request": "true"}
ONE = 'section = "data"\n[[question]]\nkey = "one"\nquestion = {es = "¿Uno?", en = "One?"}\n'
ONE += 'answer = {es = "Uno.", en = "One."}\n'


def found(client: PageClient, query: str, **headers: str) -> list[str]:
    """The questions that a search shows."""
    page = client.get(PATH, {"q": query}, headers=headers or None)
    return [" ".join(summary.text_content().split()) for summary in main_of(page).iter("summary")]


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


@pytest.mark.parametrize("query", ["móvil perdido", "MOVIL   PERDIDO", "móviles perdidos"])
def test_neither_accents_nor_case_nor_plurals_matter(client: PageClient, query: str) -> None:
    assert "He perdido el móvil o me lo han robado" in found(client, query)


def test_the_words_of_the_answer_count_and_all_of_them_must_be_there(client: PageClient) -> None:
    assert found(client, "ciberseguridad") == ["Le he dicho mi PIN a alguien. ¿Qué hago?"]
    assert found(client, "ciberseguridad tarjeta") == []


def test_a_search_is_in_the_language_of_the_page(client: PageClient) -> None:
    assert found(client, "stolen") == []
    assert found(client, "stolen", **{"Accept-Language": "en"}) == ["I have lost my phone or it has been stolen"]


def test_a_search_that_finds_nothing_says_so_and_offers_to_ask(client: PageClient) -> None:
    page = client.get(PATH, {"q": "<b>zzz"})
    assert "«<b>zzz»" in text_of(page)
    assert "/ayuda/preguntar/" in [link.get("href") for link in main_of(page).iter("a")]


def test_a_search_answers_a_fragment_to_htmx_and_keeps_step_and_heading(client: PageClient) -> None:
    plain, fragment = client.get(PATH, {"q": "pin"}), client.get(PATH, {"q": "pin"}, headers=HTMX)
    assert "<!doctype html>" not in fragment.text
    assert text_of(plain) == text_of(fragment)
    assert main_of(plain).findtext("h1") == main_of(client.get(PATH)).findtext("h1")


@pytest.mark.parametrize("query", ["", "   ", "de la", "\x00", "\ud800", "🙂", "a" * 5000, "'; --", "%", "ñ" * 300])
def test_any_query_gets_a_page(client: PageClient, query: str) -> None:
    page = client.get(PATH, {"q": query.encode(errors="replace")})
    assert page.status_code == 200
    shown = main_of(page).xpath(".//input[@name='q']")[0].get("value")
    assert len(shown or "") <= LONGEST_QUERY


def test_a_question_that_is_hidden_is_not_shown(client: PageClient) -> None:
    PublicQuestion.objects.filter(key="free").update(is_shown=False)
    assert "¿Es gratis?" not in found(client, "")


def test_questions_go_on_being_shown_while_the_database_is_away(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found(client, "")

    def away(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(QuerySet, "_fetch_all", away)
    assert found(client, "") == before


def test_with_no_question_there_is_still_a_page(client: PageClient) -> None:
    PublicQuestion.objects.all().delete()
    assert client.get(PATH).status_code == 200


def test_an_answer_shows_what_is_typed_and_makes_only_its_own_markup(settings: Settings) -> None:
    settings.SANDBOX_PUBLIC_URL = ""
    assert as_html("<script>a</script> & {b}") == "<p>&lt;script&gt;a&lt;/script&gt; &amp; {b}</p>"
    assert as_html("- a\n- b\n\n1. c\n2. <d>") == "<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>&lt;d&gt;</li></ol>"
    assert as_html("[a](javascript:alert) [b](guides:nowhere) [c](simulator)") == "<p>a b c</p>"
    assert 'href="/ayuda/sms/#new-number"' in as_html("[a](guides:sms#new-number)")
    assert 'rel="noopener noreferrer"' in as_html("[a](https://a.example/?b=&quot;)")
    assert as_html("[<b>](guides:sms)") == '<p><a href="/ayuda/sms/">&lt;b&gt;</a></p>'


ALLOWED = {
    "p": set(), "ul": set(), "ol": {"start"}, "li": set(), "span": {"class"}, "a": {"href", "target", "rel"},
}  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](&#106;avascript:alert(1))", "[a](java\nscript:x)",
        "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "[a](//evil.example)", "[a](http://a.example)",
        "[a](\x01javascript:alert(1))", "[a](<javascript:alert(1)>)", '[a](javascript:alert(1) "t")',
        "[a](https://)", "[a](https://clave.gob.es@evil.example/)", "[a](guides:nowhere)", "[a](/gestion/)",
        "<script>alert(1)</script>", "<b onclick=alert(1)>b</b>", "<!-- c -->", "<https://a.example>", "<svg/onload=x>",
        "&lt;script&gt;&#60;script&#62;", "https://a.example www.b.example", "[a]: https://a.example\n\n[a]",
        "# a\n> b\n```\nc\n```\n**d** `e` ~~f~~\n\n| g |\n| - |\n\n***\n\n    h", "\x00\u202e\ud800", "[" * 5000,
    ],
)  # fmt: skip
def test_a_hostile_answer_makes_no_link_and_no_other_markup(answer: str) -> None:
    tree = lxml.html.fragment_fromstring(as_html(answer).replace("\x00", "").encode(errors="replace").decode(), "div")
    assert {element.tag for element in tree.iterdescendants()} <= {"p"}


@pytest.mark.parametrize(
    ("answer", "href"),
    [
        ('[a](https://a.example/"onmouseover=alert(1))', "https://a.example/%22onmouseover=alert(1)"),
        ("[a](https://a.example/'><script>)", "https://a.example/'%3E%3Cscript%3E"),
        ('[a](https://a.example "onclick=x")', "https://a.example"),
        ("![a](https://a.example/i.png)", "https://a.example/i.png"),
        ("[[a](https://a.example)](https://b.example)", "https://a.example"),
        ("[<img src=x onerror=alert(1)>](https://a.example)", "https://a.example"),
        ('[a](guides:sms#"><script>)', "/ayuda/sms/#%22%3E%3Cscript%3E"),
        ("- [a](guides:sms)", "/ayuda/sms/"),
        ("3. [a](guides:sms)\n    - b", "/ayuda/sms/"),
    ],
)
def test_a_link_keeps_to_its_address_and_carries_nothing_else(answer: str, href: str) -> None:
    tree = lxml.html.fragment_fromstring(as_html(answer), "div")
    for element in tree.iterdescendants():
        assert set(element.attrib) <= ALLOWED[str(element.tag)]
    assert [link.get("href") for link in tree.iter("a")] == [href]


def test_an_answer_in_an_email_has_its_lists_and_the_addresses_of_its_links() -> None:
    answer = (
        "Mira [la guía](guides:sms) y [eso](no):\r\n\r\n- uno\r\n- [dos](https://a.example/)\r\n\r\n1. tres\r\n2. x"
    )
    assert as_plain_text(answer, partial(urljoin, "https://portal.example")) == (
        "Mira la guía (https://portal.example/ayuda/sms/) y eso:\n\n- uno\n- dos (https://a.example/)\n\n1. tres\n2. x"
    )
    assert as_plain_text("[a](guides:sms)") == "a"
    assert as_plain_text("") == ""


def test_one_hour_is_not_said_in_the_plural(settings: Settings) -> None:
    settings.TRIES_PER_VALIDATION = 1
    assert as_html("{tries}") == "<p>1 intento</p>"


def test_an_editor_is_told_of_a_link_that_leads_nowhere() -> None:
    assert len(errors_in("[a](guides:nowhere) {b}")) == 2
    question = PublicQuestion(section="data", question_es="a", answer_es="[a](nothing)", answer_en="")
    with pytest.raises(ValidationError) as refused:
        question.full_clean()
    assert "answer_es" in refused.value.message_dict


def test_the_answers_differ_by_whether_there_is_a_simulator(settings: Settings) -> None:
    settings.SANDBOX_PUBLIC_URL = "https://simulador.example"
    assert next(str(one.answer) for one in find_questions("simulados")).count("https://simulador.example") == 1
    settings.SANDBOX_PUBLIC_URL = ""
    assert find_questions("simulados") == []
