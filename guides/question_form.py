"""Views of the question form and of the page that confirms a question with its reference.

The confirmation takes the reference from the signed ``r`` of its address and never queries the database, so that nobody
can guess references or read another person's question.
"""

from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation import languages
from foundation.http.client_address import client_address
from foundation.limits import Contended
from foundation.pages import Page, PortalRequest, get_or_post, render_page
from guides.forms import QuestionForm
from guides.models import CitizenQuestion, NoReference
from guides.portal_facts import limits
from guides.rate_limits import LimitReached, charge
from guides.tasks import send_confirmation

TOO_MANY = {
    LimitReached.ADDRESS: _("Desde tu conexión se han enviado muchas preguntas. Espera una hora y envíala otra vez"),
    LimitReached.EMAIL: _("Con ese correo ya se han enviado hoy todas las preguntas que se puede. Espera a mañana"),
}
NOT_NOW = _("Ahora mismo no podemos recibir tu pregunta. Lo que has escrito sigue aquí: prueba en un momento")
_signer = signing.Signer(salt="guides.reference")


@get_or_post
def ask(request: PortalRequest) -> HttpResponse:
    """Show the form and store what it sends; the same form sent twice makes one question."""
    if request.method != "POST":
        return _show(request, QuestionForm(initial={"topic": request.GET.get("sobre", "")}))
    form = QuestionForm(request.POST)
    if not form.is_valid() or form.ticket is None:
        return _show(request, form)
    try:
        reference = _store(request, form, form.ticket.id)
    except (Contended, NoReference):
        return _show(request, form, problem=NOT_NOW, status=HTTPStatus.TOO_MANY_REQUESTS)
    if isinstance(reference, LimitReached):
        return _show(request, form, problem=TOO_MANY[reference], status=HTTPStatus.TOO_MANY_REQUESTS)
    return redirect(f"{reverse('guides:received')}?{urlencode({'r': _signer.sign(reference)})}")


@require_safe
def received(request: PortalRequest) -> HttpResponse:
    """Show the reference of a question that was just sent."""
    try:
        reference = _signer.unsign(request.GET.get("r", ""))
    except signing.BadSignature:
        raise Http404 from None
    heading, back = _("Hemos recibido tu pregunta"), reverse("guides:index")
    page = Page(heading=heading, step="asked", section="help", back=back, back_label=_("Ayuda"))
    return render_page(
        request, "guides/received.html", page=page, reference=reference, is_confirmed=bool(settings.MAIL_HOST)
    )


def _store(request: PortalRequest, form: QuestionForm, pk: UUID) -> str | LimitReached:
    """Return the reference of the stored question, or the limit that refuses it. Raises ``Contended``, ``NoReference``.

    The confirmation is queued for a new question only, once it is committed.
    """
    if stored := CitizenQuestion.objects.filter(pk=pk).first():
        return stored.reference
    values = form.cleaned_data
    charged = charge(client_address(request), values["email"])
    if charged.refused:
        return charged.refused
    question, is_new = CitizenQuestion.objects.ask(
        pk,
        topic=values["topic"],
        language=languages.current(),
        email=values["email"],
        text=values["text"],
    )
    if is_new:
        transaction.on_commit(partial(send_confirmation.enqueue, str(question.pk)))
    else:
        charged.refund()
    return question.reference


def _show(
    request: PortalRequest, form: QuestionForm, *, problem: Promise | str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    page = Page(
        heading=_("Haz una pregunta"),
        step="ask",
        section="help",
        back=reverse("guides:questions"),
        back_label=_("Preguntas"),
    )
    context = {"form": form, "problem": problem, "limits": limits()}
    return render_page(request, "guides/ask.html", page=page, status=status, **context)
