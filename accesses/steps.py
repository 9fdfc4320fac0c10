"""The steps of an access, in one table: key, when it is allowed, and where a person belongs who may go no further."""

from collections.abc import Iterable
from http import HTTPStatus
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

WAIT_SECONDS = 2
"""How often a waiting page looks again without JavaScript."""
VALIDATION = 3
"""The number of what is done at Cl@ve."""
PROGRESS = (_("Datos del trámite"), _("Usuario de Cl@ve PIN"), _("Validación con Cl@ve PIN"), _("Resultado"))


def current_url(access: Access) -> str:
    """Return where this access goes on: at Cl@ve's step, if a validation is under way."""
    if access.state in UNDER_WAY:
        return reverse("accesses:wait", args=[access.pk])
    if access.state in FINISHED:
        return reverse("accesses:result", args=[access.pk])
    validation = Validation.objects.for_purpose(access.purpose)
    if validation and not validation.has_ended:
        return validation_url(validation)
    return reverse("accesses:user", args=[access.pk])


def offer_of(access: Access) -> Offer:
    """What is being done: from memory while its version is the published one, else read for it, once."""
    if kept := published().by_version.get(access.version_id):
        return kept
    if not Access.version.is_cached(access):
        access.version = ProcedureVersion.objects.select_related("procedure__entity").get(pk=access.version_id)
    return published().offer_of(access.version)


def with_offers(accesses: Iterable[Access]) -> list[tuple[Access, Offer]]:
    """Each access with what is being done; versions that are not the published ones are read in one query."""
    listed = list(accesses)
    catalogue = published()
    known = catalogue.by_version
    others = {access.version_id for access in listed} - known.keys()
    versions = ProcedureVersion.objects.select_related("procedure__entity")
    read = {pk: catalogue.offer_of(version) for pk, version in versions.in_bulk(others).items()} if others else {}
    return [(access, known.get(access.version_id) or read[access.version_id]) for access in listed]


def progress(number: int) -> StepProgress:
    return StepProgress(number, len(PROGRESS), PROGRESS[number - 1])


def step_page(access: Access, key: str, heading: Text, *, back: str = "", refresh: int = 0, result: str = "") -> Page:
    """The frame of a step."""
    return Page(
        heading=heading,
        step=key,
        result=result,
        back=back,
        section="procedures",
        subtitle=offer_of(access).version.name,
        progress=progress(STEPS[key].number),
        refresh=refresh,
    )


def owned_access(request: DeviceRequest, pk: UUID) -> Access:
    """An access of this device; raises ``Http404`` for any other."""
    return get_object_or_404(Access.objects.owned_by(request.device_cookie.key).select_related("user"), pk=pk)


def _closed(request: DeviceRequest, access: Access) -> HttpResponse:
    """Closed before anybody has identified: it is said, nothing goes on to Cl@ve, and what was typed is kept."""
    page = Page(
        heading=_("Ahora no se puede seguir"),
        step="closed",
        section="procedures",
        back=reverse("accesses:accesses"),
        subtitle=offer_of(access).version.name,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render_page(request, "accesses/closed.html", page=page, status=status, access=access, offer=offer_of(access))


def _ended(request: DeviceRequest, access: Access) -> HttpResponse:
    """What was left for too long, or given up: gone, with the way to do it again."""
    expired = access.state != State.DISCARDED
    page = Page(
        heading=_("Este trámite ha caducado") if expired else _("Descartaste este trámite"),
        step="ended",
        section="procedures",
        back=reverse("accesses:accesses"),
    )
    return render_page(
        request, "accesses/ended.html", page=page, status=HTTPStatus.GONE, access=access, offer=offer_of(access)
    )


def _answer_instead(request: DeviceRequest, access: Access, step: Step[Access]) -> HttpResponse | None:
    """Answer for an access that is over, or whose procedure was closed before its person identified."""
    if access.has_expired or access.state == State.DISCARDED:
        return _ended(request, access)
    if step.is_allowed(access) and step.number < VALIDATION and not offer_of(access).may_start:
        return _closed(request, access)
    return None


STEPS = Steps[DeviceRequest, Access](
    "accesses",
    Step("user", lambda access: access.state == State.STARTED, number=2),
    Step("new_user", lambda access: access.state == State.STARTED, number=2),
    Step("wait", lambda access: access.state in (State.STARTED, *UNDER_WAY), number=4),
    Step("result", lambda access: access.state in FINISHED, number=4),
    find=owned_access,
    answer_instead=_answer_instead,
    current_url=current_url,
)
at_step = STEPS.at
