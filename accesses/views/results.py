"""What came of an access: the data, the document, or why there is neither."""

from http import HTTPStatus

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accesses.failures import explain
from accesses.models import Access, Outcome
from accesses.result_layout import layout_of
from accesses.steps import at_step, offer_of, step_page
from accounts.devices import DeviceRequest
from foundation.pages import Page, render_page
from procedures.offers import Offer
from procedures.required_data import shown


@require_GET
@at_step("result")
def result(request: DeviceRequest, access: Access) -> HttpResponse:
    """The data on the screen, or the document handed to Downloads, or why there is neither."""
    offer = offer_of(access)
    if access.result_is_gone:
        return _gone(request, access, offer)
    access.was_shown()
    what, next_step = explain(access.failure, str(offer.entity.short_name))
    return render_page(
        request,
        f"accesses/result_{access.outcome}.html",
        page=step_page(
            access,
            "result",
            _result_heading(access, offer),
            result=access.outcome,
            back=reverse("accesses:accesses"),
        ),
        access=access,
        offer=offer,
        inputs=shown(offer.version.data, access.inputs),
        layout_of_result=layout_of(access.result),
        what=what,
        next_step=next_step,
    )


def _result_heading(access: Access, offer: Offer) -> str:
    match access.outcome:
        case Outcome.NOTHING:
            return _("No consta ningún dato")
        case Outcome.FAILED:
            return _("No hemos podido terminar")
    return str(offer.version.name)


def _gone(request: DeviceRequest, access: Access, offer: Offer) -> HttpResponse:
    page = Page(
        heading=gettext_lazy("Esta consulta ya se ha borrado"),
        step="ended",
        section="procedures",
        back=reverse("accesses:accesses"),
    )
    return render_page(request, "accesses/ended.html", page=page, status=HTTPStatus.GONE, access=access, offer=offer)
