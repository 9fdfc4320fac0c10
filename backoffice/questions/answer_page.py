"""The page of a citizen's question: one staff user reads it, and answers it by e-mail or closes it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from backoffice.model_admin import actor_name, audit_target
from foundation import audit
from foundation.vault import SealBroken
from guides.answers import as_plain_text
from guides.models import CitizenQuestion, PublicQuestion
from guides.question_text import holds_identity_number, holds_pin
from guides.tasks import send_answer

MAX_ANSWER_LENGTH = 4000
MAX_TEMPLATES = 200
ALREADY_HANDLED = _("Otra persona ya ha respondido o cerrado esta pregunta: lo tuyo no se ha enviado")
LIST = "admin:guides_citizenquestion_changelist"


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Respuesta"), max_length=MAX_ANSWER_LENGTH, widget=forms.Textarea(attrs={"rows": 12, "cols": 80})
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if holds_identity_number(text) or holds_pin(text):
            raise forms.ValidationError(
                _("Parece que hay un DNI, un NIE o un PIN en la respuesta. Por correo no se escriben: quítalo")
            )
        return text


class CloseForm(forms.Form):
    """Why the question is closed without an answer."""

    reason = forms.ChoiceField(label=_("Motivo"), choices=CitizenQuestion.Reason.choices)


def language_name(code: str) -> str:
    """Return the name of a language in that language, or its code when Django does not know it."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def open_cell(question: CitizenQuestion, name: str) -> Any:
    """Return what a sealed cell holds, or a sentence when its key is missing."""
    try:
        return getattr(question, name)
    except SealBroken:
        return _("No se puede abrir: falta la clave con la que se cifró")


def record(request: HttpRequest, action: str, question: CitizenQuestion, **detail: str) -> None:
    """Record in the audit log what a staff user did with a question."""
    name, target = f"citizenquestion.{action}", audit_target(question)
    audit.record(name, actor=actor_name(request), target=target, name=question.reference, **detail)


def question_page(request: HttpRequest, question: CitizenQuestion, context: dict[str, Any]) -> HttpResponse:
    """Show a question, which is recorded; a POST answers or closes it."""
    if request.method == "POST":
        return _close(request, question, context) if "close" in request.POST else _answer(request, question, context)
    return _render(request, question, context, AnswerForm(initial={"text": _template_text(request, question)}))


def _answer(request: HttpRequest, question: CitizenQuestion, context: dict[str, Any]) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _render(request, question, context, form)
    if not question.write_answer(form.cleaned_data["text"], actor_name(request)):
        messages.error(request, ALREADY_HANDLED)
        question.refresh_from_db()
        return _render(request, question, {**context, "not_sent": form.cleaned_data["text"]}, form)
    send_answer.enqueue(str(question.pk))
    record(request, "answered", question)
    messages.success(request, _("La respuesta sale ahora por correo"))
    return redirect(LIST)


def _close(request: HttpRequest, question: CitizenQuestion, context: dict[str, Any]) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _render(request, question, context, AnswerForm(), form)
    if not question.close(form.cleaned_data["reason"], actor_name(request)):
        messages.error(request, ALREADY_HANDLED)
        return redirect("admin:guides_citizenquestion_change", question.pk)
    record(request, "closed", question, reason=form.cleaned_data["reason"])
    messages.success(request, _("Pregunta cerrada sin respuesta"))
    return redirect(LIST)


def _render(
    request: HttpRequest,
    question: CitizenQuestion,
    context: dict[str, Any],
    form: AnswerForm,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    record(request, "opened", question)
    is_new = question.state == CitizenQuestion.State.NEW
    context |= {
        "question": question,
        "text": open_cell(question, "text"),
        "email": open_cell(question, "email"),
        "answer": open_cell(question, "answer"),
        "language": language_name(question.language),
        "form": form,
        "close_form": close_form or CloseForm(),
        "is_new": is_new,
        "is_waiting": question.state == CitizenQuestion.State.ANSWERING,
        "templates": _templates(question) if is_new else [],
        "may_publish": request.user.has_perm("guides.add_publicquestion"),
    }
    return TemplateResponse(request, "backoffice/questions/question.html", context)


def _templates(question: CitizenQuestion) -> list[tuple[int, str]]:
    """Return the public questions that an answer can start from, in the citizen's language."""
    with translation.override(question.language):
        return [(one.pk, str(one.question)) for one in PublicQuestion.objects.all()[:MAX_TEMPLATES]]


def _template_text(request: HttpRequest, question: CitizenQuestion) -> str:
    """Return the answer of the chosen public question as plain text."""
    chosen = request.GET.get("plantilla", "")
    template = (
        PublicQuestion.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    )
    if template is None:
        return ""
    with translation.override(question.language):
        return as_plain_text(str(template.answer), request.build_absolute_uri)
