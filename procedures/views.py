"""Public pages of the catalogue: entities, procedures, life events, search."""

from dataclasses import replace
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation import languages
from foundation.pages import Page, PortalRequest, Text, render_page
from foundation.search import tidy
from procedures.models import ZeroResultSearch
from procedures.page_cache import cache_public_page
from procedures.published_catalogue import SearchResults, published

MAX_OFFERS = 40
MAX_ENTITIES = 3
MAX_EXTERNAL_SERVICES = 8
ENTITIES = _("Trámites")
"""The name of the page of entities in the navigation."""


def _page(step: str, heading: Text, *, back: str, back_label: Text = ENTITIES) -> Page:
    """Return the frame of a public page, which caches may store."""
    return Page(heading=heading, step=step, section="procedures", back=back, back_label=back_label, private=False)


@require_safe
@cache_public_page
def entities(request: PortalRequest) -> HttpResponse:
    """List the entities and life events, or the results of a search."""
    query = tidy(request.GET.get("q", ""))
    catalogue = published()
    results = catalogue.search(query) if query else SearchResults()
    if query and not results and not _is_typing(request):
        ZeroResultSearch.objects.record(query, languages.current())
    step, back, label = "search", reverse("procedures:entities"), ENTITIES
    if not query:
        step, back, label = "entities", "/", _("Inicio")
    return render_page(
        request,
        "procedures/entities.html",
        page=_page(step, _("Busca un trámite"), back=back, back_label=label),
        entities=catalogue.entities,
        life_events=catalogue.life_events,
        query=query,
        results=results,
        offers=results.offers[:MAX_OFFERS],
        matched=results.entities[:MAX_ENTITIES],
        elsewhere=results.external_services[:MAX_EXTERNAL_SERVICES],
    )


def _is_typing(request: PortalRequest) -> bool:
    """Whether the search field sent this while somebody types, rather than somebody sending the form."""
    return bool(request.htmx) and request.htmx.trigger_name == "q"


@require_safe
@cache_public_page
def entity(request: PortalRequest, entity: str) -> HttpResponse:
    listed = published().entity(entity)
    if listed is None:
        raise Http404
    back = reverse("procedures:entities")
    return render_page(
        request,
        "procedures/entity.html",
        page=_page("entity", listed.entity.name, back=back),
        entity=listed.entity,
        offers=listed.offers,
        availability=listed.availability,
        switch=listed.switch,
    )


@require_safe
@cache_public_page
def procedure(request: PortalRequest, entity: str, slug: str) -> HttpResponse:
    """Say what a procedure is for, needs and gives, before anybody identifies."""
    offer = published().offer(entity, slug)
    if offer is None:
        return render_retired(request, entity, slug)
    back = reverse("procedures:entity", args=[entity])
    return render_page(
        request,
        "procedures/procedure.html",
        page=replace(
            _page("procedure", offer.version.name, back=back, back_label=offer.entity.short_name),
            heading_language=offer.version.name_language,
        ),
        offer=offer,
        version=offer.version,
        entity=offer.entity,
    )


def render_retired(request: PortalRequest, entity: str, slug: str) -> HttpResponse:
    """Say that a procedure is no longer offered, and what replaces it. Raises ``Http404`` if it never was."""
    catalogue = published()
    retired = catalogue.retired.get(f"{entity}/{slug}")
    if retired is None:
        raise Http404
    back = reverse("procedures:entities")
    return render_page(
        request,
        "procedures/retired.html",
        page=_page("retired", _("Este trámite ya no existe"), back=back),
        status=HTTPStatus.GONE,
        retired=retired,
        replacement=catalogue.replacement(retired),
    )


@require_safe
@cache_public_page
def life_events(request: PortalRequest) -> HttpResponse:
    page = _page("life_events", _("¿Qué te ha pasado?"), back=reverse("procedures:entities"))
    return render_page(request, "procedures/life_events.html", page=page, life_events=published().life_events)


@require_safe
@cache_public_page
def life_event(request: PortalRequest, slug: str) -> HttpResponse:
    """Show the procedures of a life event in order, and what each is for."""
    event = published().life_event(slug)
    if event is None:
        raise Http404
    page = _page("life_event", event.name, back=reverse("procedures:life_events"), back_label=_("¿Qué te ha pasado?"))
    return render_page(request, "procedures/life_event.html", page=page, event=event)
