"""The result of an access: the data, the document, or why there is neither."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accesses.failures import explain
from accesses.models import Access, Outcome
from accesses.result_layout import layout_of
from accesses.steps import at_step, offer_of, render_ended, render_step
from accounts.devices import DeviceRequest
from procedures.required_data.form import display_rows

BRINGS_SOMETHING = (Outcome.CONSULTATION, Outcome.DOCUMENT)


@require_GET
@at_step("result")
def result(request: DeviceRequest, access: Access) -> HttpResponse:
    """Show the data, link to the document in Downloads, or explain the failure."""
    if access.result_has_expired:
        return render_ended(request, access, _("Esta consulta ya se ha borrado"))
    access.start_result_lifetime()
    offer = offer_of(access)
    what, next_step = explain(access.failure, str(offer.entity.short_name))
    headings = {Outcome.NOTHING: _("No consta ningún dato"), Outcome.FAILED: _("No hemos podido terminar")}
    return render_step(
        request,
        access,
        "result",
        heading=headings.get(Outcome(access.outcome), str(offer.version.name)),
        template=f"accesses/result_{access.outcome}.html",
        result=access.outcome,
        back=(reverse("accesses:accesses"), _("Tus trámites")),
        inputs=display_rows(offer.version.data, access.inputs),
        result_layout=layout_of(access.result),
        what=what,
        next_step=next_step,
        offers_install=access.outcome in BRINGS_SOMETHING and not access.is_first_result(),
    )
