"""The personal home page."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accesses.identification import preferred_identification
from accesses.models import Access, Favourite
from accesses.steps import with_offers
from accounts.devices import DeviceRequest
from foundation.pages import Page, render_page
from procedures.published_catalogue import published

MAX_UNFINISHED = 3
MAX_RECENTS = 4
MAX_SUGGESTED = 5
MAX_LIFE_EVENTS = 8


@require_safe
def home(request: DeviceRequest) -> HttpResponse:
    """Show this device's own first (unfinished, favourite, recent), then how to find a procedure and to identify."""
    catalogue, key = published(), request.device_cookie.key
    accesses = Access.objects.owned_by(key)
    unfinished = with_offers(accesses.unfinished().listed()[:MAX_UNFINISHED]) if key else []
    favourites = catalogue.offered(Favourite.objects.owned_by(key).procedure_ids()) if key else []
    shown = {offer.code for offer in [*(offer for _access, offer in unfinished), *favourites]}
    recents = catalogue.offered(accesses.recent_procedure_ids()) if key else []
    recents = [offer for offer in recents if offer.code not in shown][:MAX_RECENTS]
    shown |= {offer.code for offer in recents}
    suggested = [offer for offer in catalogue.suggested if offer.code not in shown][:MAX_SUGGESTED]
    is_personal = bool(unfinished or favourites or recents)
    return render_page(
        request,
        "accesses/home.html",
        page=Page(heading=_("¿Qué necesitas hoy?"), section="procedures", step="home", private=is_personal),
        identification=preferred_identification(request),
        life_events=catalogue.life_events[:MAX_LIFE_EVENTS],
        unfinished=unfinished,
        favourites=favourites,
        recents=recents,
        suggested=suggested,
        suggested_codes=tuple(offer.code for offer in suggested),
        entities=catalogue.entities,
        serials=catalogue.serials,
    )
