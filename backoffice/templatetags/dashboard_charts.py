"""Numbers and patterns for the charts of the dashboard."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.statistics.figures import Ending

register = template.Library()

PATTERNED = (Ending.FAILED, Ending.LEFT, Ending.NOTHING)
"""Drawn with a pattern too, for those who cannot tell the colours apart."""


@register.filter
def amount(value: int) -> str:
    """Group the thousands of a whole number, as the current language does."""
    return number_format(value, force_grouping=True)


@register.simple_tag
def pattern(kind: str) -> SafeString | str:
    """Return the attribute that fills a shape with its pattern; ``""`` where its CSS class is enough."""
    return format_html('fill="url(#pattern-{})"', kind) if kind in PATTERNED else ""
