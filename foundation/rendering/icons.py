"""Icons of lucide as inline SVG; no other module imports it."""

from functools import lru_cache
from typing import Any, cast

from django.utils.safestring import SafeString
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide


@lru_cache(maxsize=200)
def draw_icon(name: str) -> SafeString:
    """Return the icon as SVG, 24 pixels wide and without a text alternative. Raises ``IconDoesNotExist``."""
    attributes: dict[str, Any] = {"class": "ic"}
    return cast(SafeString, lucide(name, **attributes))


def icon_exists(name: str) -> bool:
    try:
        draw_icon(name)
    except IconDoesNotExist:
        return False
    return True
