"""Looking up what a citizen reads out on the phone: what happened to it, and what they can do; never who they are."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accesses.models import Access
from backoffice.model_admin import name_of
from backoffice.support.case_summary import AccessTold, QuestionTold, tell_access, tell_question
from foundation import audit
from foundation.limits import Contended, Limit, spend
from foundation.pages import get_or_post
from foundation.vault import blind_indexes
from guides.models import CitizenQuestion

LENGTH = 8
_NO_LETTERS = re.compile(r"[\s\-–—_.·/]+")
_NEVER_IN_ONE = re.compile(r"[O0I1]")


def tidied(typed: str) -> str:
    """A reference as it is kept (``7K4M-9QXD``), from however it was written down; raises ``ValidationError``."""
    text = _NO_LETTERS.sub("", typed).upper()
    if not (text.isascii() and text.isalnum()):
        raise ValidationError(__("Una referencia lleva solo letras y números, como 7K4M-9QXD"))
    if found := sorted(set(_NEVER_IN_ONE.findall(text))):
        raise ValidationError(
            __(
                "Las referencias nunca llevan O ni 0, I ni 1, y aquí hay «%(found)s»: pide que la deletreen otra vez. "
                "Quizá es una Q o una D, una L o una J"
            )
            % {"found": ", ".join(found)}
        )
    if len(text) != LENGTH:
        raise ValidationError(
            __("Una referencia tiene 8 letras y números, como 7K4M-9QXD, y aquí hay %(count)d") % {"count": len(text)}
        )
    return f"{text[:4]}-{text[4:]}"


class LookupForm(forms.Form):
    """What the citizen reads out."""

    reference = forms.CharField(
        label=_("Referencia"),
        max_length=40,
        help_text=_("Como te la lean: con espacios o sin ellos, en mayúsculas o en minúsculas"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("Escribe la referencia que te han leído")},
    )

    def clean_reference(self) -> str:
        return tidied(self.cleaned_data["reference"])


def urls(site: AdminSite) -> list[URLPattern]:
    """The look-up's address in the back office."""
    return [path("atencion/", site.admin_view(_lookup(site)), name="access_lookup")]


def _lookup(site: AdminSite) -> Callable[[HttpRequest], HttpResponse]:
    @never_cache
    @get_or_post
    @permission_required("accesses.look_up_access", raise_exception=True)
    def access_lookup(request: HttpRequest) -> HttpResponse:
        form = LookupForm(request.POST or None)
        context = {**site.each_context(request), "title": _("Atención a la ciudadanía"), "form": form}
        if form.is_valid():
            context |= _look_up(request, form)
        return TemplateResponse(request, "backoffice/support/lookup.html", context)

    return access_lookup


def _look_up(request: HttpRequest, form: LookupForm) -> dict[str, object]:
    reference: str = form.cleaned_data["reference"]
    if not _may_look(name_of(request)):
        audit.record("access.lookup_refused", actor=name_of(request), reference=reference)
        form.add_error(
            "reference",
            _("Has buscado muchas referencias en una hora. Espera un rato antes de buscar otra"),
        )
        return {}
    access, question = _access(reference), _question(reference)
    audit.record(
        "access.looked_up",
        actor=name_of(request),
        target=f"procedures.access:{access.pk}"
        if access
        else f"guides.citizenquestion:{question.pk}"
        if question
        else "",
        reference=reference,
        found=bool(access or question),
    )
    told: list[AccessTold | QuestionTold] = []
    if access:
        told.append(tell_access(access))
    if question:
        told.append(tell_question(question))
    return {
        "reference": reference,
        "told": told,
        "sees_questions": request.user.has_perm("guides.view_citizenquestion"),
    }


def _may_look(name: str) -> bool:
    limit = Limit("staff-lookup", settings.LOOKUPS_PER_STAFF_PER_HOUR, timedelta(hours=1))
    try:
        return spend(limit, blind_indexes(name, "staff-lookup"), uuid4().hex, stranger=False)
    except Contended:
        return False


def _access(reference: str) -> Access | None:
    """Without its cells and without whose it is: they are not even read."""
    found = Access.objects.select_related("version__procedure__entity").filter(reference=reference)
    present = found.filter(device__erased_at=None)
    return present.defer("inputs_cell", "identity_cell", "result_cell", "detail_cell", "stage", "status_url").first()


def _question(reference: str) -> CitizenQuestion | None:
    return CitizenQuestion.objects.filter(reference=reference).defer("email_cell", "text_cell", "answer_cell").first()
