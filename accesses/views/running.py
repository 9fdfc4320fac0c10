"""Views of identified accesses: waiting for the work, and the list of what is unfinished or done on this device."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accesses.models import Access, State
from accesses.models.access import FINISHED
from accesses.steps import at_step, current_url, offer_of, owned_access, render_step, with_offers
from accesses.tasks import enqueue
from accesses.waiting import time_waited, wait_until_finished
from accounts.devices import DeviceRequest
from accounts.models import ClaveUser
from clave.models import Validation
from foundation.forms.identity_numbers import parse_identity_number
from foundation.pages import Page, render_page

REFRESH_SECONDS = 2
"""Interval at which a waiting page reloads itself without JavaScript."""


@require_GET
@at_step("wait")
def wait(request: DeviceRequest, access: Access) -> HttpResponse:
    """Take the verified identity, once, and show the progress of the work."""
    if access.state == State.STARTED and not _consume_validation(access):
        return redirect(current_url(access))
    if wait_until_finished(access) in FINISHED:
        return redirect("accesses:result", access.pk)
    if access.is_stalled and Access.objects.reclaim(access.pk):
        enqueue(access.pk)
    is_document = offer_of(access).version.is_document
    heading = _("Estamos pidiendo tu documento") if is_document else _("Estamos pidiendo tus datos")
    waited = time_waited(access, offer_of(access))
    return render_step(request, access, "wait", heading=heading, refresh=REFRESH_SECONDS, waited=waited)


def _consume_validation(access: Access) -> bool:
    """Consume the validation and queue the work, both or neither; return whether it is queued, by whichever request.

    The access is filed under the person who was validated, even if another user has been chosen meanwhile.
    """
    with transaction.atomic():
        identity = Validation.objects.consume(access.purpose, access.device_id)
        if identity is not None:
            if access.user is None or access.user.document_number != identity.document_number:
                number = parse_identity_number(identity.document_number)
                access.choose_user(ClaveUser.objects.same_person(access.device, number))
            if access.queue(identity):
                transaction.on_commit(lambda: enqueue(access.pk))
    access.refresh_from_db(fields=["state"])
    return access.state != State.STARTED


@require_safe
def accesses(request: DeviceRequest) -> HttpResponse:
    """List the unfinished accesses of this device, and the results that can still be seen."""
    owned = Access.objects.owned_by(request.device_cookie.key).listed()
    return render_page(
        request,
        "accesses/accesses.html",
        page=Page(heading=_("Tus trámites"), step="accesses", section="procedures", back="/", back_label=_("Inicio")),
        unfinished=with_offers(owned.unfinished()[:50]),
        finished=with_offers(owned.recently_finished()[:20]),
    )


@require_safe
def resume(request: DeviceRequest, pk: UUID) -> HttpResponse:
    """Redirect to the current step of an access."""
    access = owned_access(request, pk)
    return redirect("accesses:user", pk) if access.has_expired else redirect(current_url(access))


@require_POST
def discard(request: DeviceRequest, pk: UUID) -> HttpResponse:
    """Give up an access whose person is not identified yet."""
    if owned_access(request, pk).discard():
        messages.success(request, _("Trámite descartado. Sus datos se han borrado"))
    else:
        messages.info(request, _("Ese trámite ya está en marcha o terminado: no se puede descartar"))
    return redirect("accesses:accesses")
