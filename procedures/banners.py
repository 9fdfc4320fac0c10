"""Choosing a page's banners, from the catalogue in memory, so that no page queries the database for them."""

from django.http import HttpRequest
from django.urls import ResolverMatch

from procedures.models import Banner
from procedures.published_catalogue import last_published

MAX_SHOWN = 2
"""Nobody would read more, and they would push the page itself down."""
_APPS = frozenset({"procedures", "accesses", "clave", "documents", "accounts", "guides"})
_IDENTIFYING = frozenset({"identification", "start", "user", "new_user"})
_CATALOGUE = frozenset({"home", "favourite"})


def banners_at(request: HttpRequest | None) -> list[Banner]:
    """Return the banners of the page, warnings first; none on pages that browsers keep for use offline."""
    match = request.resolver_match if request is not None else None
    if match is None or not (match.app_name in _APPS or match.url_name == "home"):
        return []
    catalogue = last_published()
    if catalogue is None or not catalogue.banners:
        return []
    audience, entity = _audience(match), str(match.kwargs.get("entity", ""))
    banners = [banner for banner in catalogue.banners if banner.is_shown and banner.is_for(audience, entity)]
    return sorted(banners, key=lambda banner: banner.tone != Banner.Tone.WARNING)[:MAX_SHOWN]


def _audience(match: ResolverMatch) -> Banner.Audience:
    if match.app_name == "clave" or match.url_name in _IDENTIFYING:
        return Banner.Audience.IDENTIFYING
    if match.app_name == "documents":
        return Banner.Audience.DOWNLOADS
    if match.app_name == "procedures" or match.url_name in _CATALOGUE:
        return Banner.Audience.CATALOGUE
    return Banner.Audience.EVERYBODY
