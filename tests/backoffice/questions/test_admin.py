"""Citizens' questions: read with permission, answered once by an e-mail that is not lost, made public with care."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from backoffice.questions.answer_page import ALREADY_HANDLED
from backoffice.roles import Role
from guides import tasks
from guides.models import SENT_WITHIN, CitizenQuestion, PublicQuestion
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.pages import PageClient, check, form_with, parse

pytestmark = pytest.mark.django_db

LIST = "/gestion/guides/citizenquestion/"
TEXT = "¿Por qué no me llega el SMS?\nSoy Ana y llevo una hora"
EMAIL = "ana@ejemplo.es"
ANSWER = "Espera un minuto y pide otro."


@pytest.fixture
def support() -> PageClient:
    return signed_in(a_staff_user(Role.SUPPORT))


@pytest.fixture
def question() -> CitizenQuestion:
    return asked()


def asked(**changes: Any) -> CitizenQuestion:
    typed = {"topic": "sms", "language": "es", "email": EMAIL, "text": TEXT, **changes}
    question, _new = CitizenQuestion.objects.ask(CitizenQuestion().pk, **typed)
    return question


def path_of(question: CitizenQuestion) -> str:
    return f"{LIST}{question.pk}/change/"


def send(client: PageClient, question: CitizenQuestion, text: str = ANSWER) -> Any:
    token = client.cookies[site.CSRF_COOKIE_NAME].value if site.CSRF_COOKIE_NAME in client.cookies else ""
    if not token:
        client.get(path_of(question))
        token = client.cookies[site.CSRF_COOKIE_NAME].value
    return client.post(path_of(question), {"text": text, "answer": "1", "csrfmiddlewaretoken": token}, follow=True)


def work() -> None:
    """Run the queued tasks as a worker would."""
    for row in DBTaskResult.objects.filter(status="READY"):
        row.task.call(*row.args_kwargs["args"])
        row.delete()


def state_of(question: CitizenQuestion) -> str:
    question.refresh_from_db()
    return question.state


def said(page: Any) -> str:
    return " ".join(found.text_content() for found in parse(page).xpath("//ul[contains(@class,'messagelist')]"))


def errors(page: Any) -> str:
    return " ".join(found.text_content() for found in parse(page).xpath("//ul[contains(@class,'errorlist')]"))


def test_the_page_shows_the_question_and_records_that_it_was_opened(
    support: PageClient, question: CitizenQuestion, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "foundation.audit.recording"):
        page = support.get(path_of(question))
    check(page, fragment=True)
    assert "Soy Ana" in page.text
    assert EMAIL in page.text
    assert [record.getMessage() for record in caplog.records if record.name == "foundation.audit.recording"] == [
        f"citizenquestion.opened guides.citizenquestion:{question.pk}"
    ]


def test_the_list_opens_no_sealed_cell(support: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> bytes:
        raise AssertionError

    question = asked(language="en")
    monkeypatch.setattr("foundation.vault.unseal", opened)
    page = support.get(LIST)
    assert question.reference in page.text
    assert "English" in page.text


def test_an_answer_goes_by_e_mail_in_the_language_of_the_question_and_stays_sealed(support: PageClient) -> None:
    question = asked(language="en")
    send(support, question, "Wait a minute.\r\nThen ask again.")
    assert state_of(question) == CitizenQuestion.State.ANSWERING
    work()
    assert state_of(question) == CitizenQuestion.State.ANSWERED
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert question.reference in letter.subject
    assert "Wait a minute.\nThen ask again." in letter.body
    assert "Soy Ana" not in letter.body
    assert b"Wait a minute" not in bytes(question.answer_cell)
    assert (question.handled_by, bool(question.sent_at)) == ("support", True)
    assert "Wait a minute" in support.get(path_of(question)).text


def test_an_answer_that_could_not_be_sent_is_kept_and_sent_later(
    support: PageClient, question: CitizenQuestion, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down(*_: object) -> None:
        raise ConnectionRefusedError(EMAIL)

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", down)
        send(support, question)
        work()
        assert tasks.send_answers.call() == 0
    assert state_of(question) == CitizenQuestion.State.ANSWERING
    assert EMAIL not in caplog.text
    assert "Se intenta cada 10 minutos" in support.get(path_of(question)).text
    assert tasks.send_answers.call() == 1
    assert tasks.send_answers.call() == 0
    assert state_of(question) == CitizenQuestion.State.ANSWERED
    assert len(mail.outbox) == 1


def test_an_answer_whose_worker_died_is_sent_by_another(question: CitizenQuestion) -> None:
    question.write_answer(ANSWER, "ana")
    assert question.claim_sending()
    assert not question.claim_sending()
    assert tasks.send_answers.call() == 0
    with time_machine.travel(timezone.now() + SENT_WITHIN + timedelta(seconds=1), tick=False):
        assert tasks.send_answers.call() == 1


def test_the_second_of_two_learns_it_and_keeps_what_they_wrote(question: CitizenQuestion) -> None:
    first, second = (signed_in(a_staff_user(Role.SUPPORT, name=name)) for name in ("first", "second"))
    for client in (first, second):
        client.get(path_of(question))
    send(first, question, "La primera respuesta")
    page = send(second, question, "La segunda respuesta")
    assert str(ALREADY_HANDLED) in said(page)
    assert "La segunda respuesta" in page.text
    work()
    assert [("La primera" in letter.body, "La segunda" in letter.body) for letter in mail.outbox] == [(True, False)]


def test_the_same_answer_submitted_twice_is_one_email(support: PageClient, question: CitizenQuestion) -> None:
    send(support, question)
    send(support, question)
    work()
    work()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "obligatorio"),
        ("Tu DNI 12345678Z está bien", "DNI"),
        ("x" * 4001, "4000"),
        ("a\x00", "nul"),
    ],
)
def test_an_answer_that_may_not_go_is_refused_and_kept(
    support: PageClient, question: CitizenQuestion, text: str, sentence: str
) -> None:
    page = send(support, question, text)
    assert sentence in errors(page)
    assert state_of(question) == CitizenQuestion.State.NEW
    assert not DBTaskResult.objects.exists()


def test_it_is_closed_with_a_reason_and_then_not_answered(support: PageClient, question: CitizenQuestion) -> None:
    support.get(path_of(question))
    token = support.cookies[site.CSRF_COOKIE_NAME].value
    sent = {"reason": "spam", "close": "1", "csrfmiddlewaretoken": token}
    page = support.post(path_of(question), sent, follow=True)
    assert "cerrada sin respuesta" in said(page)
    assert state_of(question) == CitizenQuestion.State.CLOSED
    assert question.reason == "spam"
    assert str(ALREADY_HANDLED) in said(send(support, question))
    assert not mail.outbox


@pytest.mark.parametrize("reason", ["", "nada", "\x00"])
def test_it_is_not_closed_without_a_reason_of_the_list(
    support: PageClient, question: CitizenQuestion, reason: str
) -> None:
    # without a button it counts as an empty answer
    page = support.submit(support.get(path_of(question)), reason="spam", follow=True)
    assert state_of(question) == CitizenQuestion.State.NEW
    token = support.cookies[site.CSRF_COOKIE_NAME].value
    page = support.post(path_of(question), {"close": "1", "reason": reason, "csrfmiddlewaretoken": token})
    assert errors(page)
    assert state_of(question) == CitizenQuestion.State.NEW


def test_what_cannot_be_sent_can_be_closed_but_not_while_it_is_being_sent(question: CitizenQuestion) -> None:
    question.write_answer(ANSWER, "ana")
    question.claim_sending()
    assert not question.close("unreachable", "ana")
    question.release_sending()
    assert question.close("unreachable", "ana")
    assert tasks.send_answers.call() == 0


def test_an_answer_begins_with_that_of_a_public_question_in_the_language_of_who_asked(support: PageClient) -> None:
    public = PublicQuestion.objects.create(
        section="clave",
        question_es="¿Y el SMS?",
        question_en="What about the SMS?",
        answer_es="Mira [la guía](guides:sms).",
        answer_en="See [the guide](guides:sms).",
    )
    question = asked(language="en")
    page = support.get(path_of(question))
    assert "What about the SMS?" in page.text
    page = support.submit(page, plantilla=str(public.pk))
    written = form_with(page, "text").fields["text"].strip()
    assert written == f"See the guide (http://testserver{reverse('guides:sms')})."


@pytest.mark.parametrize("chosen", ["0", "nada", "9" * 30, "\x00", "²"])
def test_an_unknown_template_brings_no_text(support: PageClient, question: CitizenQuestion, chosen: str) -> None:
    assert not form_with(support.get(path_of(question), {"plantilla": chosen}), "text").fields["text"].strip()


def test_an_answer_becomes_a_public_question_that_is_edited_before_it_is_shown(
    support: PageClient, question: CitizenQuestion
) -> None:
    send(support, question)
    link = parse(support.get(path_of(question))).xpath("//a[contains(@href, '?pregunta=')]/@href")[0]
    page = support.get(link)
    assert "Quita nombres" in page.text
    form = form_with(page, "question_es", "answer_es")
    assert form.fields["answer_es"].strip() == ANSWER
    assert "Soy Ana" in form.fields["question_es"]
    assert not form.fields["is_shown"]
    edited = {"section": "clave", "question_es": "¿Por qué no llega el SMS?", "question_en": "Why is there no SMS?"}
    saved = support.post(link, {**dict(form.form_values()), **edited, "answer_en": "Wait."}, follow=True)
    assert not errors(saved)
    public = PublicQuestion.objects.get(question_es="¿Por qué no llega el SMS?")
    question.refresh_from_db()
    assert question.public_question == public
    assert not public.is_shown
    assert question.reference in support.get(f"/gestion/guides/publicquestion/{public.pk}/change/").text
    assert str(public.question) in support.get(path_of(question)).text


def test_who_may_not_read_questions_gets_no_text_of_them_into_a_form(question: CitizenQuestion) -> None:
    editor = signed_in(a_staff_user(Role.EDITOR))
    page = editor.get(f"/gestion/guides/publicquestion/add/?pregunta={question.pk}")
    assert page.status_code == 200
    assert "Soy Ana" not in page.text


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_only_support_reads_and_answers(role: Role, question: CitizenQuestion) -> None:
    somebody = signed_in(a_staff_user(role))
    assert somebody.get(LIST).status_code == 403
    assert somebody.get(path_of(question)).status_code == 403


def test_read_only_users_cannot_answer(question: CitizenQuestion) -> None:
    user = a_staff_user(name="looks")
    user.user_permissions.add(Permission.objects.get(codename="view_citizenquestion"))
    looks = signed_in(user)
    page = looks.get(path_of(question))
    assert not parse(page).xpath("//textarea")
    assert send(looks, question).status_code == 403
    assert state_of(question) == CitizenQuestion.State.NEW


@pytest.mark.parametrize("key", ["nada", "00000000-0000-0000-0000-000000000000", "%00"])
def test_a_question_that_is_not_there_leads_back(support: PageClient, key: str) -> None:
    assert support.get(f"{LIST}{key}/change/").status_code == 302


def test_a_question_whose_key_is_gone_says_so(support: PageClient, question: CitizenQuestion) -> None:
    CitizenQuestion.objects.filter(pk=question.pk).update(text_cell=b"x", email_cell=b"x")
    page = support.get(path_of(question))
    assert "No se puede abrir" in page.text


def test_it_is_found_by_its_reference_in_lower_case(support: PageClient, question: CitizenQuestion) -> None:
    asked()
    page = support.get(LIST, {"q": f" {question.reference.lower()}"})
    assert len(parse(page).xpath("//table[@id='result_list']//tbody/tr")) == 1


@pytest.mark.parametrize(("waits", "many"), [("2", 1), ("7", 0), ("nada", 2)])
def test_the_list_is_filtered_by_waiting_time(support: PageClient, waits: str, many: int) -> None:
    old = asked()
    asked()
    CitizenQuestion.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=3))
    page = support.get(LIST, {"espera": waits})
    assert len(parse(page).xpath("//table[@id='result_list']//tbody/tr")) == many


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_and_the_page_cost_the_same_however_many_there_are(
    support: PageClient, many: int, django_assert_num_queries: Any
) -> None:
    questions = [asked() for _number in range(many)]
    for number in range(many):
        PublicQuestion.objects.create(section="data", question_es=f"¿{number}?", answer_es="Sí.")
    with django_assert_num_queries(6):
        support.get(LIST)
    with django_assert_num_queries(15):  # nine of them write the audit log
        support.get(path_of(questions[0]))
