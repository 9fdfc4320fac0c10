"""Which banners are shown where: from the catalogue in memory, so that no page asks the database for them."""

from django.http import HttpRequest
from django.urls import ResolverMatch

from procedures.models import Banner
from procedures.published_catalogue import glanced_at

MOST_AT_ONCE = 2
"""More than that would be read by nobody, and push the page itself away."""
_APPS = frozenset({"procedures", "accesses", "clave", "documents", "accounts", "guides"})
_IDENTIFYING = frozenset({"identification", "start", "user", "new_user"})
_CATALOGUE = frozenset({"home", "favourite"})


def banners_at(request: HttpRequest | None) -> list[Banner]:
    """What the operator tells those who are at this page now, warnings first.

    Pages that a browser keeps for when there is no network have none.
    """
    match = request.resolver_match if request is not None else None
    if match is None or not (match.app_name in _APPS or match.url_name == "home"):
        return []
    catalogue = glanced_at()
    if catalogue is None or not catalogue.banners:
        return []
    audiences, entity = _place(match)
    shown = [banner for banner in catalogue.banners if banner.is_shown and banner.is_for(audiences, entity)]
    return sorted(shown, key=lambda banner: banner.tone != Banner.Tone.WARNING)[:MOST_AT_ONCE]


def _place(match: ResolverMatch) -> tuple[set[str], str]:
    """Whom the page is for, and the entity that it is about."""
    name = match.url_name or ""
    if match.app_name == "clave" or name in _IDENTIFYING:
        audiences = {str(Banner.Audience.IDENTIFYING)}
    elif match.app_name == "documents":
        audiences = {str(Banner.Audience.DOWNLOADS)}
    elif name in _CATALOGUE or match.app_name == "procedures":
        audiences = {str(Banner.Audience.CATALOGUE)}
    else:
        audiences = set()
    return audiences, str(match.kwargs.get("entity", ""))
