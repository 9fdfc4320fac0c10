"""A draft as a citizen will see it, in the citizens' own templates, framed at the width of a phone.

The framed pages, and nothing else of the portal, may stand in a frame of our own. Their form is checked as the real
one is, and makes nothing: no access, no device, no cookie.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accesses.identification import IdentificationForm
from accesses.steps import progress
from foundation import languages
from foundation.pages import Page, PortalRequest, render_page
from procedures.models import Entity, Procedure, ProcedureVersion, RequiredDatum
from procedures.offers import Offer
from procedures.required_data import RequiredDataForm, shown

LAYOUT = "backoffice/catalogue/preview_layout.html"
MAY_FRAME = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
"""The policy of a page of the back office that frames a preview."""
_FRAMED = {**settings.SECURE_CSP, "script-src": [CSP.NONE], "frame-ancestors": [CSP.SELF]}

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class PreviewedOffer(Offer):
    """A version as if it were offered; ``start_at`` and ``page_at`` are its previews."""

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
        """What the operator says today is not part of a draft."""
        return []

    @property
    def has_method(self) -> bool:
        return True


def framed(view: View) -> View:
    """Let the page stand in a frame of our own, and in the language that ``?lang=`` names."""

    @wraps(view)
    def in_language(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)):
            return view(request, *args, **kwargs)

    return cast(View, csp_override(_FRAMED)(xframe_options_sameorigin(in_language)))


def language_of(request: HttpRequest) -> str:
    """The language asked for, or else the staff user's own."""
    asked = request.GET.get("lang", "")
    return asked if asked in languages.codes() else languages.current()


def procedure_page(request: HttpRequest, offer: PreviewedOffer) -> HttpResponse:
    """What anybody reads before beginning."""
    page = Page(heading=offer.version.name, section="procedures", step="procedure", subtitle=offer.entity.short_name)
    return _rendered(request, "procedures/procedure.html", page, offer)


def start_page(
    request: HttpRequest, offer: PreviewedOffer, data: Iterable[RequiredDatum], *, problems: Iterable[str] = ()
) -> HttpResponse:
    """The form before identification; sent from itself it is checked, and says what would be sent."""
    asked = list(data)
    form = RequiredDataForm(asked, request.POST if "access" in request.POST else None)
    if form.is_bound and form.is_valid():
        return _checked(request, offer, asked, form)
    page = Page(
        heading=_("Antes de identificarte"),
        step="start",
        section="procedures",
        back=offer.page_at,
        subtitle=offer.version.name,
        progress=progress(1),
    )
    context: dict[str, Any] = {"form": form, "identification": IdentificationForm(), "problems": problems}
    context["access_id"] = "preview"
    return _rendered(request, "accesses/start.html", page, offer, **context)


def _checked(
    request: HttpRequest, offer: PreviewedOffer, data: list[RequiredDatum], form: RequiredDataForm
) -> HttpResponse:
    names = offer.version.mapping if isinstance(offer.version.mapping, dict) else {}
    sent = {names.get(key, key): value for key, value in form.inputs.items()}
    page = Page(heading=_("El formulario está bien"), step="preview", section="procedures", back=offer.start_at)
    context = {"rows": shown(data, form.inputs), "sent": sent}
    return _rendered(request, "backoffice/catalogue/preview_checked.html", page, offer, **context)


def _rendered(request: HttpRequest, template: str, page: Page, offer: PreviewedOffer, **context: Any) -> HttpResponse:
    offered: dict[str, Any] = {"offer": offer, "version": offer.version, "entity": offer.entity, "preview": True}
    return render_page(cast(PortalRequest, request), template, page=page, layout=LAYOUT, **offered, **context)


def unsaved_offer(version: ProcedureVersion) -> PreviewedOffer:
    """A version that is being written, perhaps without a procedure yet."""
    if not version.procedure_id:
        entity = Entity(slug="organismo", name=str(_("el organismo")), short_name=str(_("Organismo")))
        version.procedure = Procedure(entity=entity, slug="tramite")
    return PreviewedOffer(version)
