"""What anybody can look at: home, type of identification, entities, procedures, search."""

from http import HTTPStatus
from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.devices import DeviceRequest
from clave.models import Method
from clave.switches import methods_amiss
from foundation.pages import Page, PortalRequest, render_page
from foundation.search import tidy
from procedures.identification import IDENTIFICATIONS, OFFERED, IdentificationForm, chosen, remember
from procedures.models import Access, Favourite
from procedures.page_cache import kept_whole
from procedures.published import Catalogue, Found, Offer, published
from procedures.steps import with_offers
from procedures.zero_results import count_zero_results

MOST_UNFINISHED = 3
MOST_RECENT = 4
MOST_FOUND = 40
MOST_ENTITIES = 3
OFTEN = (
    "tgss/vida-laboral",
    "dgt/puntos",
    "aeat/certificado-renta",
    "sepe/certificado-situacion",
    "tgss/numero-seguridad-social",
)
"""What home offers to everybody before there is anything of one's own."""


@require_safe
def home(request: DeviceRequest) -> HttpResponse:
    """What you can do, how you identify, and what is yours here: unfinished, marked, used lately."""
    catalogue = published()
    unfinished = _unfinished(request)
    favourites = _favourites(request, catalogue)
    above = [offer.code for offer in (*(offer for _access, offer in unfinished), *favourites)]
    recents = [offer for offer in _recents(request, catalogue) if offer.code not in above][:MOST_RECENT]
    often = _often(catalogue, without={*above, *(offer.code for offer in recents)})
    personal = bool(unfinished or favourites or recents)
    return render_page(
        request,
        "procedures/home.html",
        page=Page(heading=_("¿Qué necesitas hoy?"), section="procedures", step="home", private=personal),
        identification=chosen(request),
        life_events=catalogue.life_events,
        unfinished=unfinished,
        favourites=favourites,
        recents=recents,
        often=often,
        often_codes=tuple(offer.code for offer in often),
        entities=catalogue.entities,
        stamp=catalogue.stamp,
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


def _often(catalogue: Catalogue, without: set[str]) -> list[Offer]:
    return [catalogue.by_code[code] for code in OFTEN if code in catalogue.by_code and code not in without]


@require_http_methods(["GET", "HEAD", "POST"])
def identification(request: PortalRequest) -> HttpResponse:
    """Choose the type of identification; the choice is kept in a cookie."""
    back = _safe_next(request)
    current = chosen(request)
    form = IdentificationForm(request.POST or None, initial={"identification": current.key} if current else None)
    if form.is_valid():
        response = redirect(back or reverse("procedures:entities"))
        remember(cast(HttpResponse, response), form.cleaned_data["identification"])
        return response
    return render_page(
        request,
        "procedures/identification.html",
        page=Page(heading=_("¿Cómo te identificas?"), section="procedures", step="identification", back=back or "/"),
        form=form,
        offered=OFFERED,
        later=[way for way in IDENTIFICATIONS if not way.is_offered],
        next=back,
        amiss=methods_amiss(Method.values),
    )


def _safe_next(request: PortalRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe else ""


@require_safe
@kept_whole
def entities(request: PortalRequest) -> HttpResponse:
    """The entities and life events, or what a search finds."""
    query = tidy(request.GET.get("q", ""))
    catalogue = published()
    found = catalogue.find(query) if query else Found()
    if query and not found and not _is_typing(request):
        count_zero_results(query)
    return render_page(
        request,
        "procedures/entities.html",
        page=Page(
            heading=_("Busca un trámite"),
            section="procedures",
            step="search" if query else "entities",
            back=reverse("procedures:entities") if query else "/",
            private=False,
        ),
        entities=catalogue.entities,
        life_events=catalogue.life_events,
        query=query,
        found=found,
        offers=found.offers[:MOST_FOUND],
        matched=found.entities[:MOST_ENTITIES],
    )


def _is_typing(request: PortalRequest) -> bool:
    """Whether this is one of the answers while somebody types, and not a search that was sent."""
    return bool(request.htmx) and request.htmx.trigger_name == "q"


@require_safe
@kept_whole
def entity(request: PortalRequest, slug: str) -> HttpResponse:
    """An entity and its procedures."""
    listed = published().entity(slug)
    if listed is None:
        raise Http404
    return render_page(
        request,
        "procedures/entity.html",
        page=Page(
            heading=listed.entity.name,
            section="procedures",
            step="entity",
            back=reverse("procedures:entities"),
            subtitle=listed.entity.short_name,
            private=False,
        ),
        entity=listed.entity,
        offers=listed.offers,
        availability=listed.availability,
        said=listed.said,
    )


@require_safe
@kept_whole
def procedure(request: PortalRequest, entity: str, slug: str) -> HttpResponse:
    """What a procedure is for, needs and gives, before anybody identifies."""
    catalogue = published()
    offer = catalogue.offer(entity, slug)
    if offer is None:
        return ended(request, catalogue, f"{entity}/{slug}")
    return render_page(
        request,
        "procedures/procedure.html",
        page=Page(
            heading=offer.version.name,
            section="procedures",
            step="procedure",
            back=reverse("procedures:entity", args=[entity]),
            subtitle=offer.entity.short_name,
            private=False,
        ),
        offer=offer,
        version=offer.version,
        entity=offer.entity,
    )


def ended(request: PortalRequest, catalogue: Catalogue, code: str) -> HttpResponse:
    """That a procedure is offered no more, and what there is in its place; raises ``Http404`` if it never was."""
    retired = catalogue.retired.get(code)
    if retired is None:
        raise Http404
    return render_page(
        request,
        "procedures/retired.html",
        page=Page(
            heading=_("Este trámite ya no existe"),
            section="procedures",
            step="retired",
            back=reverse("procedures:entities"),
            subtitle=retired.entity.short_name,
            private=False,
        ),
        status=HTTPStatus.GONE,
        retired=retired,
        replacement=catalogue.replacement(retired),
    )


@require_safe
@kept_whole
def life_events(request: PortalRequest) -> HttpResponse:
    """What happens to people: each leads to the procedures that it takes."""
    return render_page(
        request,
        "procedures/life_events.html",
        page=Page(
            heading=_("¿Qué te ha pasado?"),
            section="procedures",
            step="life_events",
            back=reverse("procedures:entities"),
            private=False,
        ),
        life_events=published().life_events,
    )


@require_safe
@kept_whole
def life_event(request: PortalRequest, slug: str) -> HttpResponse:
    """One life event: its procedures in their order, and what each is for."""
    event = published().life_event(slug)
    if event is None:
        raise Http404
    return render_page(
        request,
        "procedures/life_event.html",
        page=Page(
            heading=event.name,
            section="procedures",
            step="life_event",
            back=reverse("procedures:life_events"),
            private=False,
        ),
        event=event,
    )
