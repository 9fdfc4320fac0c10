"""Public pages of the catalogue: entities, procedures, life events, search."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.pages import Page, PortalRequest, render_page
from foundation.search import tidy
from procedures.page_cache import cache_whole
from procedures.published_catalogue import Catalogue, Found, published
from procedures.zero_results import count_zero_results

MOST_FOUND = 40
MOST_ENTITIES = 3


@require_safe
@cache_whole
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
@cache_whole
def entity(request: PortalRequest, entity: str) -> HttpResponse:
    """An entity and its procedures."""
    listed = published().entity(entity)
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
        switch=listed.switch,
    )


@require_safe
@cache_whole
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
@cache_whole
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
@cache_whole
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
