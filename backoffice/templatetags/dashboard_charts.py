"""What the templates of the operation's pages need."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.statistics.figures import End

register = template.Library()

PATTERNED = (End.FAILED, End.LEFT, End.NOTHING)
"""What is told apart by a pattern too, as colours alone are not seen by all."""


@register.filter
def amount(value: int) -> str:
    """A whole number with its thousands parted, in the language in use."""
    return number_format(value, force_grouping=True)


@register.simple_tag
def pattern(kind: str) -> SafeString | str:
    """The attribute that fills a shape with the pattern of its kind; ``""`` where the class alone does."""
    return format_html('fill="url(#pattern-{})"', kind) if kind in PATTERNED else ""
