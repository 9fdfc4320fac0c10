"""An access whose citizen is identified: the work while it runs, and what is unfinished or done on this device."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from accesses.models import Access, State
from accesses.models.access import FINISHED
from accesses.steps import WAIT_SECONDS, at_step, current_url, offer_of, owned_access, step_page, with_offers
from accesses.tasks import enqueue
from accesses.waiting import wait_briefly
from accounts.devices import DeviceRequest
from accounts.identity_numbers import parse_identity_number
from accounts.models import ClaveUser
from clave.identity import Identity
from clave.models import Validation
from foundation.pages import Page, render_page


@require_GET
@at_step("wait")
def wait(request: DeviceRequest, access: Access) -> HttpResponse:
    """Take the verified identity, once, and show how the work goes."""
    if access.state == State.STARTED and not _take_identity(access):
        return redirect(current_url(access))
    if wait_briefly(access) in FINISHED:
        return redirect("accesses:result", access.pk)
    if access.is_stalled and Access.objects.reclaim(access.pk):
        enqueue(access.pk)
    heading = (
        gettext_lazy("Estamos pidiendo tu documento")
        if offer_of(access).version.is_document
        else gettext_lazy("Estamos pidiendo tus datos")
    )
    return render_page(
        request,
        "accesses/wait.html",
        page=step_page(access, "wait", heading, refresh=WAIT_SECONDS),
        access=access,
        offer=offer_of(access),
    )


def _take_identity(access: Access) -> bool:
    """Consume the validation and queue the work, both or neither; True when the work is queued, by whomever.

    Another user may have been chosen while Cl@ve was asked: the access is that of the person who was validated.
    """
    with transaction.atomic():
        identity = Validation.objects.consume(access.purpose, access.device_id)
        if identity is not None:
            if access.user is None or access.user.document_number != identity.document_number:
                access.choose_user(_saved_as(access, identity))
            if access.queue(identity):
                transaction.on_commit(lambda: enqueue(access.pk))
    access.refresh_from_db(fields=["state"])
    return access.state != State.STARTED


def _saved_as(access: Access, identity: Identity) -> ClaveUser | None:
    """The user saved on this device who is this person."""
    return ClaveUser.objects.same_person(access.device, parse_identity_number(identity.document_number))


@require_safe
def accesses(request: DeviceRequest) -> HttpResponse:
    """What is unfinished on this device, and the results that can still be seen."""
    mine = Access.objects.owned_by(request.device_cookie.key).listed()
    return render_page(
        request,
        "accesses/accesses.html",
        page=Page(heading=gettext_lazy("Tus trámites"), step="accesses", section="procedures", back="/"),
        unfinished=with_offers(mine.unfinished()[:50]),
        finished=with_offers(mine.recently_finished()[:20]),
    )


@require_safe
def resume(request: DeviceRequest, pk: UUID) -> HttpResponse:
    """Go on where an access stands."""
    access = owned_access(request, pk)
    return redirect("accesses:user", pk) if access.has_expired else redirect(current_url(access))


@require_POST
def discard(request: DeviceRequest, pk: UUID) -> HttpResponse:
    """Give up an access that is not identified yet."""
    access = owned_access(request, pk)
    if access.discard():
        messages.success(request, _("Trámite descartado. Sus datos se han borrado"))
    else:
        messages.info(request, _("Ese trámite ya está en marcha o terminado: no se puede descartar"))
    return redirect("accesses:accesses")
