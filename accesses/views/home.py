"""The personal home page."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accesses.identification import chosen
from accesses.models import Access, Favourite
from accesses.steps import with_offers
from accounts.devices import DeviceRequest
from foundation.pages import Page, render_page
from procedures.offers import Offer
from procedures.published_catalogue import Catalogue, published

MOST_UNFINISHED = 3
MOST_RECENT = 4
MOST_ASKED = 5


@require_safe
def home(request: DeviceRequest) -> HttpResponse:
    """What you can do, how you identify, and what is yours here: unfinished, marked, used lately."""
    catalogue = published()
    unfinished = _unfinished(request)
    favourites = _favourites(request, catalogue)
    above = [offer.code for offer in (*(offer for _access, offer in unfinished), *favourites)]
    recents = [offer for offer in _recents(request, catalogue) if offer.code not in above][:MOST_RECENT]
    shown = {*above, *(offer.code for offer in recents)}
    often = [offer for offer in catalogue.most_asked[:MOST_ASKED] if offer.code not in shown]
    personal = bool(unfinished or favourites or recents)
    return render_page(
        request,
        "accesses/home.html",
        page=Page(heading=_("¿Qué necesitas hoy?"), section="procedures", step="home", private=personal),
        identification=chosen(request),
        life_events=catalogue.life_events,
        unfinished=unfinished,
        favourites=favourites,
        recents=recents,
        often=often,
        often_codes=tuple(offer.code for offer in often),
        entities=catalogue.entities,
        serials=catalogue.serials,
    )


def _unfinished(request: DeviceRequest) -> list[tuple[Access, Offer]]:
    key = request.device_cookie.key
    if not key:
        return []
    return with_offers(Access.objects.owned_by(key).unfinished().listed()[:MOST_UNFINISHED])


def _favourites(request: DeviceRequest, catalogue: Catalogue) -> list[Offer]:
    key = request.device_cookie.key
    return _offered(catalogue, Favourite.objects.owned_by(key).procedures()) if key else []


def _recents(request: DeviceRequest, catalogue: Catalogue) -> list[Offer]:
    key = request.device_cookie.key
    return _offered(catalogue, Access.objects.owned_by(key).recent_procedures()) if key else []


def _offered(catalogue: Catalogue, procedures: list[int]) -> list[Offer]:
    """Those that are still offered."""
    return [catalogue.by_procedure[pk] for pk in procedures if pk in catalogue.by_procedure]
