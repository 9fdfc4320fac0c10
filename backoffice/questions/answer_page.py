"""The page of a citizen's question: read, answered by e-mail or closed, by one person of the staff and no second."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from backoffice.model_admin import name_of
from foundation import audit
from foundation.vault import SealBroken
from guides.answers import as_plain_text
from guides.models import CitizenQuestion, PublicQuestion
from guides.question_text import holds_identity_number, holds_pin
from guides.tasks import send_answer

LONGEST_ANSWER = 4000
MOST_TEMPLATES = 200
TOO_LATE = _("Otra persona ya ha respondido o cerrado esta pregunta: lo tuyo no se ha enviado")


class AnswerForm(forms.Form):
    """What is sent to who asked."""

    text = forms.CharField(
        label=_("Respuesta"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 12, "cols": 80})
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if holds_identity_number(text) or holds_pin(text):
            raise forms.ValidationError(
                _("Parece que hay un DNI, un NIE o un PIN en la respuesta. Por correo no se escriben: quítalo")
            )
        return text


class CloseForm(forms.Form):
    """Why it is not answered."""

    reason = forms.ChoiceField(label=_("Motivo"), choices=CitizenQuestion.Reason.choices)


def language_name(code: str) -> str:
    """A language in its own words; its code where it is none of Django's."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def opened(question: CitizenQuestion, name: str) -> Any:
    """A sealed cell, or a sentence where it does not open."""
    try:
        return getattr(question, name)
    except SealBroken:
        return _("No se puede abrir: falta la clave con la que se cifró")


def question_page(request: HttpRequest, question: CitizenQuestion, context: dict[str, Any]) -> HttpResponse:
    """Show a question, opened, which is written down; or do with it what was sent."""
    if request.method == "POST":
        return _close(request, question, context) if "close" in request.POST else _answer(request, question, context)
    return _shown(request, question, context, AnswerForm(initial={"text": _template(request, question)}))


def _answer(request: HttpRequest, question: CitizenQuestion, context: dict[str, Any]) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, question, context, form)
    if not question.write_answer(form.cleaned_data["text"], name_of(request)):
        messages.error(request, TOO_LATE)
        question.refresh_from_db()
        return _shown(request, question, {**context, "not_sent": form.cleaned_data["text"]}, form)
    send_answer.enqueue(str(question.pk))
    _record(request, "answered", question)
    messages.success(request, _("La respuesta sale ahora por correo"))
    return redirect(_list())


def _close(request: HttpRequest, question: CitizenQuestion, context: dict[str, Any]) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _shown(request, question, context, AnswerForm(), form)
    if not question.close(form.cleaned_data["reason"], name_of(request)):
        messages.error(request, TOO_LATE)
        return redirect(reverse("admin:guides_citizenquestion_change", args=[question.pk]))
    _record(request, "closed", question, reason=form.cleaned_data["reason"])
    messages.success(request, _("Pregunta cerrada sin respuesta"))
    return redirect(_list())


def _shown(
    request: HttpRequest,
    question: CitizenQuestion,
    context: dict[str, Any],
    form: AnswerForm,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    _record(request, "opened", question)
    states = CitizenQuestion.State
    content = {
        "question": question,
        "text": opened(question, "text"),
        "email": opened(question, "email"),
        "answer": opened(question, "answer"),
        "language": language_name(question.language),
        "form": form,
        "close_form": close_form or CloseForm(),
        "is_new": question.state == states.NEW,
        "is_waiting": question.state == states.ANSWERING,
        "templates": _templates(question) if question.state == states.NEW else [],
        "may_publish": request.user.has_perm("guides.add_publicquestion"),
    }
    return TemplateResponse(request, "backoffice/questions/question.html", {**context, **content})


def _templates(question: CitizenQuestion) -> list[tuple[int, str]]:
    """The public questions to begin an answer with, in the language of who asked."""
    with translation.override(question.language):
        return [(one.pk, str(one.question)) for one in PublicQuestion.objects.all()[:MOST_TEMPLATES]]


def _template(request: HttpRequest, question: CitizenQuestion) -> str:
    """The answer of the chosen public question, as a letter says it."""
    chosen = request.GET.get("plantilla", "")
    one = PublicQuestion.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    if one is None:
        return ""
    with translation.override(question.language):
        return as_plain_text(str(one.answer), request.build_absolute_uri)


def _record(request: HttpRequest, what: str, question: CitizenQuestion, **detail: str) -> None:
    target = f"guides.citizenquestion:{question.pk}"
    audit.record(f"citizenquestion.{what}", actor=name_of(request), target=target, name=question.reference, **detail)


def _list() -> str:
    return reverse("admin:guides_citizenquestion_changelist")
