"""Previews of a draft in the citizens' own templates, in a frame as wide as a phone.

Only these pages of the portal may be framed, and only by the portal itself. Their form is validated as the real one
is, and creates nothing: no access, no device, no cookie.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accesses.identification import IdentificationForm
from accesses.steps import progress
from foundation import languages
from foundation.pages import Page, PortalRequest, render_page
from procedures.completeness import data_gaps
from procedures.models import Entity, Procedure, ProcedureVersion, RequiredDatum
from procedures.offers import Offer
from procedures.required_data.form import RequiredDataForm, display_rows

LAYOUT = "backoffice/catalogue/preview_layout.html"
MAY_FRAME = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
"""The content security policy of a page that frames a preview."""
_FRAMED = {**settings.SECURE_CSP, "script-src": [CSP.NONE], "frame-ancestors": [CSP.SELF]}

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class PreviewedOffer(Offer):
    """A version as if it were published; ``start_at`` and ``page_at`` are the URLs of its previews."""

    start_at: str = ""
    page_at: str = ""

    @property
    def start_url(self) -> str:
        return self.start_at

    @property
    def is_open(self) -> bool:
        return True

    @property
    def unavailable_methods(self) -> list[Any]:
        """Ignore the operator's switches, which are not part of a draft."""
        return []

    @property
    def has_open_method(self) -> bool:
        return True


def framed_preview(view: View) -> View:
    """Allow the page in a frame of the portal, and render it in the language of ``?lang=``."""

    @wraps(view)
    def in_language(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(preview_language(request)):
            return view(request, *args, **kwargs)

    return cast(View, csp_override(_FRAMED)(xframe_options_sameorigin(in_language)))


def preview_language(request: HttpRequest) -> str:
    """Return the language of ``?lang=``, by default the staff user's own."""
    code = request.GET.get("lang", "")
    return code if code in languages.codes() else languages.current()


def procedure_page(request: HttpRequest, offer: PreviewedOffer) -> HttpResponse:
    page = Page(heading=offer.version.name, section="procedures", step="procedure")
    return _render(request, "procedures/procedure.html", page, offer)


def start_page(
    request: HttpRequest, offer: PreviewedOffer, data: Iterable[RequiredDatum], *, problems: Iterable[str] = ()
) -> HttpResponse:
    """Show the form before identification; submitted, it shows what the public body would receive."""
    required_data, unfinished = _presentable(data)
    form = RequiredDataForm(required_data, request.POST if "access" in request.POST else None)
    if form.is_bound and form.is_valid():
        return _submitted_page(request, offer, required_data, form)
    page = Page(
        heading=_("Antes de identificarte"),
        step="start",
        section="procedures",
        back=offer.page_at,
        back_label=offer.version.name,
        progress=progress(1),
    )
    context = {"form": form, "data": form, "identification": IdentificationForm(), "access_id": "preview"}
    return _render(request, "accesses/start.html", page, offer, problems=[*problems, *unfinished], **context)


def cannot_show(number: int, reason: str) -> str:
    return _("El dato %(number)d no se puede enseñar todavía. %(reason)s") % {"number": number, "reason": reason}


def _presentable(data: Iterable[RequiredDatum]) -> tuple[list[RequiredDatum], list[str]]:
    """Return the data that make a form, and what is wrong with each of the others."""
    rows = list(data)
    gaps = data_gaps(rows)
    broken = {gap.datum for gap in gaps}
    problems = [cannot_show(gap.datum + 1, gap.sentence) for gap in gaps if gap.datum is not None]
    return [row for number, row in enumerate(rows) if number not in broken], problems


def _submitted_page(
    request: HttpRequest, offer: PreviewedOffer, data: list[RequiredDatum], form: RequiredDataForm
) -> HttpResponse:
    names = offer.version.mapping if isinstance(offer.version.mapping, dict) else {}
    inputs = {key: value if isinstance(value, str) else json.dumps(value) for key, value in form.inputs.items()}
    sent = {names.get(key, key): value for key, value in inputs.items()}
    back, label = offer.start_at, _("Antes de identificarte")
    heading = _("El formulario está bien")
    page = Page(heading=heading, step="preview", section="procedures", back=back, back_label=label)
    context = {"rows": display_rows(data, form.inputs), "sent": sent}
    return _render(request, "backoffice/catalogue/preview_checked.html", page, offer, **context)


def _render(request: HttpRequest, template: str, page: Page, offer: PreviewedOffer, **context: Any) -> HttpResponse:
    offered: dict[str, Any] = {"offer": offer, "version": offer.version, "entity": offer.entity, "preview": True}
    return render_page(cast(PortalRequest, request), template, page=page, layout=LAYOUT, **offered, **context)


def unsaved_offer(version: ProcedureVersion) -> PreviewedOffer:
    """Return the offer of a version that is being written, perhaps without a procedure yet."""
    if not version.procedure_id:
        entity = Entity(slug="organismo", name=str(_("el organismo")), short_name=str(_("Organismo")))
        version.procedure = Procedure(entity=entity, slug="tramite")
    return PreviewedOffer(version)
