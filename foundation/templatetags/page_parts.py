"""Parts of pages that are the same again and again, made once: icons, and what depends on nothing but the language."""

from functools import lru_cache
from threading import Lock
from typing import Any

import lucide
from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from foundation import languages

register = template.Library()

MOST_PARTS = 500
_parts: dict[tuple[object, ...], SafeString] = {}
_lock = Lock()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of lucide's icons, inline, 24 pixels wide; it says nothing to a screen reader."""
    return _icon(str(name))


@lru_cache(maxsize=200)
def _icon(name: str) -> SafeString:
    attributes: dict[str, Any] = {"class": "ic"}
    return mark_safe(lucide._render_icon(name + "", 24, **attributes))  # noqa: S308  the library's own SVG


@register.simple_tag(takes_context=True)
def once(context: Context, name: str, *stamp: Any, **given: Any) -> SafeString:
    """The template ``name``, rendered once a language for the values ``given``, which are all that it sees.

    Nothing of a request or a person may be given: what is made here is shown to everybody. Where the values are not
    hashable, ``stamp`` stands for them.
    """
    key = (name, languages.current(), *(stamp or sorted(given.items())))
    kept = _parts.get(key)
    if kept is None:
        engine = context.template.engine  # type: ignore[union-attr]  # a template is being rendered
        kept = engine.get_template(name).render(Context(given))
        with _lock:
            if len(_parts) >= MOST_PARTS:
                _parts.clear()
            _parts[key] = kept
    return kept
