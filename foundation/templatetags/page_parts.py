"""Parts that are the same on many pages, rendered once: icons, and whatever depends on the language alone."""

from threading import RLock
from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from foundation import languages
from foundation.operator_phone import operator_phone
from foundation.rendering.humanize import humanize_opening, time_left
from foundation.rendering.icons import draw_icon

register = template.Library()

MOST_PARTS = 500
_parts: dict[tuple[object, ...], SafeString] = {}
_lock = RLock()  # a part may hold another

register.simple_tag(draw_icon, name="icon")
register.filter("opening", humanize_opening)
register.filter(time_left)


@register.simple_tag(takes_context=True)
def once(context: Context, name: str, *stamp: Any, **given: Any) -> SafeString:
    """Render the template ``name`` once for each language and set of values; it sees nothing but these values.

    Never pass anything of a request or a person: the result is shown to everybody. For values that are not hashable,
    pass a ``stamp`` that changes with them.
    """
    key = (name, languages.current(), *(stamp or sorted(given.items())))
    if (part := _parts.get(key)) is not None:
        return part
    with _lock:  # the threads that need it too wait for the one that renders it
        if key not in _parts:
            engine = context.template.engine  # type: ignore[union-attr]  # set while a template is being rendered
            part = engine.get_template(name).render(Context(given))
            if len(_parts) >= MOST_PARTS:
                _parts.clear()
            _parts[key] = part
        return _parts[key]


@register.inclusion_tag("partials/call_operator.html")
def call_operator(reference: str = "") -> dict[str, Any]:
    """Offer a call to the operator, with the reference to say; nothing while the operator has no number."""
    return {"phone": operator_phone(), "reference": reference}


@register.filter
def in_language(text: str, language: str) -> SafeString:
    """Mark a text whose language is not the page's, so that it is read out right; ``""`` is a language not known."""
    if not text or not language or language == languages.current():
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.simple_tag
def lang_attribute(language: str) -> str:
    """Return the ``lang`` attribute of an element whose language is not the page's, with a space before it."""
    return format_html(' lang="{}"', language) if language and language != languages.current() else ""
