"""Asking: what is kept and sealed, what is refused with the text kept, what is counted, and that nothing leaks."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from foundation.references import new_reference
from foundation.vault import place, seal
from guides import forms, tasks
from guides.models import CitizenQuestion
from tests.backoffice.staff_users import a_staff_user, sign_in
from tests.guides.question_pages import PATH, TEXT, TYPED, ask
from tests.pages import PageClient, errors_of, form_with, main_of, step_of, text_of
from tests.task_queue import run_tasks

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_once(settings: Settings) -> None:
    """Nobody waits before sending."""
    settings.QUESTION_SECONDS = 0


def test_the_form_opens_in_every_way(client: PageClient) -> None:
    page = client.get(PATH)
    assert step_of(page) == "ask"
    assert "no-store" in page["Cache-Control"]
    assert "<!doctype" not in client.get(PATH, headers=HTMX).text
    assert Client().head(PATH).status_code == 200
    assert Client().put(PATH).status_code == 405


@pytest.mark.parametrize("topic", ["accessibility", "nothing", "\x00"])
def test_what_it_is_about_may_be_chosen_beforehand(client: PageClient, topic: str) -> None:
    chosen = form_with(client.get(PATH, {"sobre": topic}), "topic").fields["topic"]
    assert chosen == ("accessibility" if topic == "accessibility" else "")


def test_a_question_is_kept_sealed_and_answered_with_its_reference(client: PageClient) -> None:
    answer = ask(client)
    question = CitizenQuestion.objects.get()
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/ayuda/preguntar/recibida/")
    page = client.get(answer["Location"])
    assert question.reference in text_of(page)
    assert TYPED["email"] not in page.text
    assert (question.text, question.email) == (TEXT.replace("\r\n", "\n"), TYPED["email"])
    assert (question.topic, question.language, question.state) == ("procedure", "es", "new")
    assert b"certificado" not in bytes(question.text_cell)
    assert b"ejemplo" not in bytes(question.email_cell)


def test_it_can_be_asked_with_htmx(client: PageClient) -> None:
    values = dict(form_with(client.get(PATH), "text").form_values()) | TYPED
    answer = client.post(PATH, values, headers=HTMX)
    assert answer.status_code == 302
    assert step_of(client.get(answer["Location"], headers=HTMX)) == "asked"


@pytest.mark.parametrize("sent", ["", "A7K4-M9QX", "A7K4-M9QX:forged", "\x00"])
def test_no_reference_is_told_that_was_not_given_here(
    client: PageClient, sent: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get(reverse("guides:received"), {"r": sent}).status_code == 404


def test_a_reference_of_another_kind_of_signature_is_refused(client: PageClient) -> None:
    assert client.get(reverse("guides:received"), {"r": forms.Ticket.new()}).status_code == 404


def test_the_confirmation_goes_to_who_asked_and_holds_nothing_of_the_question(client: PageClient) -> None:
    ask(client)
    assert DBTaskResult.objects.count() == 1
    kept = str(DBTaskResult.objects.values().get())
    assert "jemplo" not in kept
    assert "certificado" not in kept
    run_tasks()
    letter = mail.outbox[0]
    assert letter.to == [TYPED["email"]]
    assert CitizenQuestion.objects.get().reference in letter.subject
    assert CitizenQuestion.objects.get().reference in letter.body
    assert "certificado" not in letter.body
    assert tasks.confirm_questions.func() == 0
    assert len(mail.outbox) == 1


def test_a_letter_that_cannot_be_sent_is_sent_later(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **options: object) -> None:
        raise OSError(TYPED["email"])

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", away)
        assert ask(client).status_code == 302
        run_tasks()
    assert CitizenQuestion.objects.get().confirmed_at is None
    assert TYPED["email"] not in str(list(DBTaskResult.objects.values()))
    assert tasks.confirm_questions.func() == 1
    assert len(mail.outbox) == 1


def test_a_letter_is_not_tried_for_ever_nor_for_a_question_that_is_gone() -> None:
    a_question(created_at=timezone.now() - timedelta(days=1))
    assert tasks.confirm_questions.func() == 0
    assert tasks.send_confirmation.func("0" * 32) is False


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"topic": ""}, "Elige sobre qué preguntas"),
        ({"topic": "nothing"}, "Elige uno de los temas de la lista"),
        ({"text": ""}, "Escribe tu pregunta"),
        ({"text": "   \r\n "}, "Escribe tu pregunta"),
        ({"text": "corta"}, "Cuéntalo con algo más de detalle: al menos 10 letras"),
        ({"text": "a" * 2001}, "La pregunta puede tener 2000 letras como máximo; tiene 2001"),
        ({"text": "Mi DNI es 12345678Z y no llega"}, str(forms.HOLDS_NUMBER)),
        ({"text": "Mi PIN es K7M y no vale"}, str(forms.HOLDS_PIN)),
        ({"text": "Compra https://a.es http://b.es www.c.es"}, "demasiados enlaces"),
        ({"email": ""}, "Escribe tu correo: ahí te responderemos"),
        ({"email": "ana"}, "Escribe un correo completo"),
        ({"email": "ana@ejemplo.es\nBcc: otra@ejemplo.es"}, "Escribe un correo completo"),
        ({"email": "ana@ejemplo.es\r\nBcc: otra@ejemplo.es"}, "Escribe un correo completo"),
        ({"email": "ana@ejemplo.es, otra@ejemplo.es"}, "Escribe un correo completo"),
        ({"email": "a" * 300 + "@ejemplo.es"}, "demasiado largo"),
        ({"website": "https://a.example"}, str(forms.TRAP_FILLED)),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: PageClient, changes: dict[str, Any], said: str
) -> None:
    page = ask(client, **changes)
    assert page.status_code == 422
    assert any(said in error for error in errors_of(page)), errors_of(page)
    kept = form_with(page, "text").fields
    if changes.get("text", TEXT).strip():
        assert (kept["text"] or "").split() == changes.get("text", TEXT).split()
    assert kept["website"] == ""
    assert CitizenQuestion.objects.count() == 0


def test_a_question_and_its_address_are_stored_without_what_cannot_be_seen(client: PageClient) -> None:
    text = "\ufeff¿Por qué\u00a0no\r\n\u202ellega\u200b el 1º… 🙂 ❤️ 👩‍👧?"
    assert ask(client, text=text, email="\u200bana\u2011b@ejemplo.es\u2069").status_code == 302
    question = CitizenQuestion.objects.get()
    assert (question.text, question.email) == ("¿Por qué no\nllega el 1º… 🙂 ❤️ 👩‍👧?", "ana-b@ejemplo.es")


def test_a_form_that_was_refused_can_be_sent_again(client: PageClient) -> None:
    page = ask(client, text="corta")
    assert client.submit(page, **TYPED).status_code == 302


@pytest.mark.parametrize(
    "text", ["a" * 2000, "¿Ñandú?\r\n" * 200 + "x" * 200, "🙂 ¿por qué no llega?", "x\x00\ud800" * 9]
)
def test_any_text_that_is_not_too_long_is_kept(client: PageClient, text: str) -> None:
    assert ask(client, text=text.encode(errors="replace").decode()).status_code == 302


def test_the_same_form_sent_twice_makes_one_question_and_counts_once(client: PageClient, settings: Settings) -> None:
    settings.QUESTIONS_PER_EMAIL_PER_DAY = 2
    form = client.get(PATH)
    first, second = client.submit(form, **TYPED), client.submit(form, **TYPED)
    assert first["Location"] == second["Location"]
    assert CitizenQuestion.objects.count() == DBTaskResult.objects.count() == 1
    assert ask(client).status_code == 302
    assert ask(client).status_code == 429


def test_two_taps_that_pass_each_other_make_one(client: PageClient) -> None:
    ask(client)
    known = CitizenQuestion.objects.get()
    again, is_new = CitizenQuestion.objects.ask(known.pk, topic="sms", language="es", email="b@b.es", text="otra")
    assert (again.reference, is_new, again.text) == (known.reference, False, known.text)


def test_a_reference_that_somebody_has_is_drawn_again(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(client)
    taken, free = CitizenQuestion.objects.get().reference, new_reference()
    drawn = iter([taken, free])
    monkeypatch.setattr(CitizenQuestion._meta.get_field("reference"), "default", lambda: next(drawn))
    monkeypatch.setattr(CitizenQuestion._meta.get_field("reference"), "_get_default", lambda: next(drawn))
    ask(client)
    assert CitizenQuestion.objects.filter(reference=free).count() == 1


@pytest.mark.parametrize("ticket", ["", "forged", "a:b:c", "\x00"])
def test_a_form_that_is_not_ours_is_shown_again_and_can_be_sent(client: PageClient, ticket: str) -> None:
    page = ask(client, question=ticket)
    assert (page.status_code, errors_of(page)) == (422, [str(forms.OPEN_TOO_LONG)])
    assert client.submit(page, **TYPED).status_code == 302


def test_a_form_left_open_for_long_keeps_its_text(client: PageClient) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=25)):
        form = client.get(PATH)
    page = client.submit(form, **TYPED)
    assert errors_of(page) == [str(forms.OPEN_TOO_LONG)]
    assert client.submit(page, **TYPED).status_code == 302


def test_a_form_sent_at_once_is_refused_until_some_seconds_passed(client: PageClient, settings: Settings) -> None:
    settings.QUESTION_SECONDS = 3
    page = ask(client)
    assert (page.status_code, errors_of(page)) == (422, [str(forms.TYPED_TOO_FAST)])
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert client.submit(page, **TYPED).status_code == 302


def test_a_form_needs_its_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PATH, TYPED).status_code == 403
    assert CitizenQuestion.objects.count() == 0


def a_question(**fields: Any) -> CitizenQuestion:
    pk = new_pk()
    cells = {name: seal(f"{name} of it", place(CitizenQuestion, name, pk)) for name in ("email_cell", "text_cell")}
    return CitizenQuestion.objects.create(**{"id": pk, "topic": "sms", "language": "es", **cells, **fields})


def new_pk() -> Any:
    return CitizenQuestion._meta.pk.get_default()


def test_old_questions_are_deleted(settings: Settings) -> None:
    settings.QUESTIONS_KEPT_DAYS = 10
    kept = a_question(created_at=timezone.now() - timedelta(days=9))
    a_question(created_at=timezone.now() - timedelta(days=11))
    assert tasks.purge_questions.func() == 1
    assert CitizenQuestion.objects.get() == kept


def test_staff_read_a_question_and_answer_it_and_change_nothing_else(client: PageClient) -> None:
    question, broken = a_question(), a_question(text_cell=b"not sealed")
    sign_in(client, a_staff_user(is_superuser=True))
    assert question.reference in client.get("/gestion/guides/citizenquestion/").text
    assert client.get("/gestion/guides/citizenquestion/add/").status_code == 403
    path = f"/gestion/guides/citizenquestion/{question.pk}/change/"
    page = client.get(path)
    assert question.text in page.text
    assert question.email in page.text
    client.post(path, {"state": "answered", "topic": "other", "text": "changed"})
    changed = CitizenQuestion.objects.get(pk=question.pk)
    assert (changed.state, changed.topic, changed.text) == ("answering", question.topic, question.text)
    assert client.get(f"/gestion/guides/citizenquestion/{broken.pk}/change/").status_code == 200


def test_staff_add_a_public_question(client: PageClient) -> None:
    sign_in(client, a_staff_user(is_superuser=True))
    values = {"section": "data", "question_es": "¿Y el fax?", "answer_es": "No.", "where": "everywhere", "order": "1"}
    client.post("/gestion/guides/publicquestion/add/", {**values, "is_shown": "on"})
    assert "¿Y el fax?" in text_of(client.get("/ayuda/preguntas/"))
    assert client.get("/gestion/guides/publicquestion/").status_code == 200


def test_the_form_warns_in_a_trial_that_nobody_may_answer(client: PageClient, settings: Settings) -> None:
    settings.SANDBOX_PUBLIC_URL = "https://simulador.example"
    assert "puede que nadie te responda" in text_of(client.get(PATH))
    settings.SANDBOX_PUBLIC_URL = ""
    assert "puede que nadie te responda" not in text_of(client.get(PATH))
    assert main_of(client.get(PATH)) is not None
