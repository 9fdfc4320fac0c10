"""The steps of an access in one table: key, when each is allowed, and where the person belongs instead."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accesses.models import Access, State
from accesses.models.access import FINISHED, UNDER_WAY
from accounts.devices import DeviceRequest
from clave.models import Validation
from clave.pin.steps import current_url as validation_url
from foundation.pages import Page, StepProgress, Text, render_page
from foundation.steps import Step, Steps
from procedures.models import ProcedureVersion
from procedures.offers import Offer
from procedures.published_catalogue import published

VALIDATION_NUMBER = 2
"""The place in the progress of what is done at Cl@ve."""
PROGRESS = (_("Datos y persona"), _("Validación con Cl@ve PIN"), _("Resultado"))


def current_url(access: Access) -> str:
    """Return where this access continues: at the step of its validation while one is open."""
    if access.state in UNDER_WAY:
        return reverse("accesses:wait", args=[access.pk])
    if access.state in FINISHED:
        return reverse("accesses:result", args=[access.pk])
    validation = Validation.objects.for_purpose(access.purpose)
    if validation and not validation.has_ended:
        return validation_url(validation)
    return reverse("accesses:user", args=[access.pk])


def offer_of(access: Access) -> Offer:
    """Return the offer of the access's version, from memory while it is the published one, else read once."""
    if offer := published().by_version.get(access.version_id):
        return offer
    if not Access.version.is_cached(access):
        access.version = ProcedureVersion.objects.select_related("procedure__entity").get(pk=access.version_id)
    return published().offer_of(access.version)


def with_offers(accesses: Iterable[Access]) -> list[tuple[Access, Offer]]:
    """Pair each access with its offer, reading the versions that are no longer published in one query."""
    listed, catalogue = list(accesses), published()
    others = {access.version_id for access in listed} - catalogue.by_version.keys()
    versions = ProcedureVersion.objects.select_related("procedure__entity")
    read = {pk: catalogue.offer_of(version) for pk, version in versions.in_bulk(others).items()} if others else {}
    return [(access, catalogue.by_version.get(access.version_id) or read[access.version_id]) for access in listed]


def progress(number: int, label: Text = "") -> StepProgress:
    return StepProgress(number, len(PROGRESS), label or PROGRESS[number - 1])


def owned_access(request: DeviceRequest, pk: UUID) -> Access:
    """Return an access of this device. Raises ``Http404`` for any other."""
    return get_object_or_404(Access.objects.owned_by(request.device_cookie.key).select_related("user"), pk=pk)


def render_step(
    request: DeviceRequest,
    access: Access,
    key: str,
    *,
    heading: Text = "",
    template: str = "",
    result: str = "",
    back: tuple[str, Text] = ("", ""),
    refresh: int = 0,
    **context: Any,
) -> HttpResponse:
    """Render the page of a step; heading and template default to those of its key, ``back`` is a path and its name."""
    step, offer = STEPS[key], offer_of(access)
    page = Page(
        heading=heading or step.heading,
        heading_language=offer.version.name_language if heading == offer.version.name else "",
        step=key,
        result=result,
        back=back[0],
        back_label=back[1],
        section="procedures",
        subtitle_language=offer.version.name_language if back[1] == offer.version.name else "",
        progress=progress(step.number, offer.version.name if key == "wait" else ""),
        refresh=refresh,
    )
    return render_page(request, template or f"accesses/{key}.html", page=page, access=access, offer=offer, **context)


def _render_closed(request: DeviceRequest, access: Access) -> HttpResponse:
    """Say that the procedure was closed before the person identified; the inputs are kept, Cl@ve is not called."""
    offer = offer_of(access)
    page = Page(
        heading=_("Ahora no se puede seguir"),
        step="closed",
        section="procedures",
        back=reverse("accesses:accesses"),
        back_label=_("Tus trámites"),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render_page(request, "accesses/closed.html", page=page, status=status, access=access, offer=offer)


def render_ended(request: DeviceRequest, access: Access, heading: Text) -> HttpResponse:
    """Say that the access or its result is gone, and how to do it again."""
    back = reverse("accesses:accesses")
    page = Page(heading=heading, step="ended", section="procedures", back=back, back_label=_("Tus trámites"))
    return render_page(
        request, "accesses/ended.html", page=page, status=HTTPStatus.GONE, access=access, offer=offer_of(access)
    )


def _answer_instead(request: DeviceRequest, access: Access, step: Step[Access]) -> HttpResponse | None:
    """Answer for an access that is over, or whose procedure was closed before its person identified."""
    if access.state == State.DISCARDED:
        return render_ended(request, access, _("Descartaste este trámite"))
    if access.has_expired:
        return render_ended(request, access, _("Este trámite ha caducado"))
    if step.is_allowed(access) and step.number < VALIDATION_NUMBER and not offer_of(access).may_start:
        return _render_closed(request, access)
    return None


STEPS = Steps[DeviceRequest, Access](
    "accesses",
    Step("user", lambda access: access.state == State.STARTED, _("¿Quién hace el trámite?"), number=1),
    Step("new_user", lambda access: access.state == State.STARTED, _("Tus datos en Cl@ve PIN"), number=1),
    Step("wait", lambda access: access.state in (State.STARTED, *UNDER_WAY), number=len(PROGRESS)),
    Step("result", lambda access: access.state in FINISHED, number=len(PROGRESS)),
    find=owned_access,
    answer_instead=_answer_instead,
    current_url=current_url,
)
at_step = STEPS.at
