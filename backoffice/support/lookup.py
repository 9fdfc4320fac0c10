"""Looking up a reference that a citizen reads out on the phone: what happened and what to do, never who they are."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accesses.models import Access
from backoffice.model_admin import actor_name, audit_target
from backoffice.pages import render_staff_page, staff_page
from backoffice.support.case_summary import AccessSummary, QuestionSummary, summarize_access, summarize_question
from foundation import audit
from foundation.limits import Contended, Limit, spend
from foundation.text import compact_code
from foundation.vault import blind_indexes
from guides.models import CitizenQuestion

LENGTH = 8
_NOT_IN_ALPHABET = re.compile(r"[O0I1]")


def parse_reference(typed: str) -> str:
    """Return a reference as it is stored (``7K4M-9QXD``), however it is spelled; raise ``ValidationError``."""
    text = compact_code(typed)
    if not (text.isascii() and text.isalnum()):
        raise ValidationError(gettext("Una referencia lleva solo letras y números, como 7K4M-9QXD"))
    if found := sorted(set(_NOT_IN_ALPHABET.findall(text))):
        raise ValidationError(
            gettext(
                "Las referencias nunca llevan O ni 0, I ni 1, y aquí hay «%(found)s»: pide que la deletreen otra vez. "
                "Quizá es una Q o una D, una L o una J"
            )
            % {"found": ", ".join(found)}
        )
    if len(text) != LENGTH:
        message = gettext("Una referencia tiene 8 letras y números, como 7K4M-9QXD, y aquí hay %(count)d")
        raise ValidationError(message % {"count": len(text)})
    return f"{text[:4]}-{text[4:]}"


class LookupForm(forms.Form):
    reference = forms.CharField(
        label=_("Referencia"),
        max_length=40,
        help_text=_("Como te la lean: con espacios o sin ellos, en mayúsculas o en minúsculas"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("Escribe la referencia que te han leído")},
    )

    def clean_reference(self) -> str:
        return parse_reference(self.cleaned_data["reference"])


def urls(site: AdminSite) -> list[URLPattern]:
    return [staff_page(site, "atencion/", access_lookup, "access_lookup", "accesses.look_up_access")]


def access_lookup(site: AdminSite, request: HttpRequest) -> HttpResponse:
    form = LookupForm(request.POST or None)
    found = _look_up(request, form) if form.is_valid() else {}
    title = _("Atención a la ciudadanía")
    return render_staff_page(site, request, "backoffice/support/lookup.html", title=title, form=form, **found)


def _look_up(request: HttpRequest, form: LookupForm) -> dict[str, Any]:
    """Return the context of the page; empty, with an error in the form, when the user has looked up too many."""
    reference, actor = form.cleaned_data["reference"], actor_name(request)
    if not _spend_lookup(actor):
        audit.record("access.lookup_refused", actor=actor, reference=reference)
        form.add_error(
            "reference", _("Has buscado muchas referencias en una hora. Espera un rato antes de buscar otra")
        )
        return {}
    access, question = _find_access(reference), _find_question(reference)
    found = access or question
    target = audit_target(found) if found else ""
    audit.record("access.looked_up", actor=actor, target=target, reference=reference, found=bool(found))
    summaries: list[AccessSummary | QuestionSummary] = []
    if access:
        summaries.append(summarize_access(access))
    if question:
        summaries.append(summarize_question(question))
    may_open = request.user.has_perm("guides.view_citizenquestion")
    return {"reference": reference, "summaries": summaries, "may_open_questions": may_open}


def _spend_lookup(name: str) -> bool:
    limit = Limit("staff-lookup", settings.LOOKUPS_PER_STAFF_PER_HOUR, timedelta(hours=1))
    try:
        return spend(limit, blind_indexes(name, "staff-lookup"), uuid4().hex)
    except Contended:
        return False


def _find_access(reference: str) -> Access | None:
    """Return the access without reading its sealed cells."""
    found = Access.objects.select_related("version__procedure__entity").filter(reference=reference)
    present = found.filter(device__erased_at=None)
    return present.defer("inputs_cell", "identity_cell", "result_cell", "detail_cell", "stage", "status_url").first()


def _find_question(reference: str) -> CitizenQuestion | None:
    """Return the question without reading its sealed cells."""
    return CitizenQuestion.objects.filter(reference=reference).defer("email_cell", "text_cell", "answer_cell").first()
