"""The markup of answers: what it makes, what it never makes, and what an editor is told."""

from functools import partial
from urllib.parse import urljoin

import lxml.html
import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from guides.answers import as_html, as_plain_text, errors_in
from guides.models import PublicQuestion


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
