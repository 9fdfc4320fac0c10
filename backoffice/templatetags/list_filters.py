"""The filters of a list as selects of one form."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django import template

register = template.Library()


@dataclass(frozen=True)
class FilterSelect:
    """``choices`` are value, text, and whether it is chosen; the first, with an empty value, filters nothing."""

    title: str
    parameter: str
    choices: list[tuple[str, str, bool]]


@register.simple_tag
def filter_selects(cl: Any) -> list[FilterSelect]:
    return [_select(cl, spec) for spec in cl.filter_specs]


@register.simple_tag
def other_parameters(cl: Any) -> list[tuple[str, str]]:
    """Return what the address says besides the filters: the words of the search, and the order."""
    own = {name for spec in cl.filter_specs for name in spec.expected_parameters()}
    return [(name, value) for name, value in cl.params.items() if name not in own]


def _select(cl: Any, spec: Any) -> FilterSelect:
    """Read the choices of a filter, each of which sets one parameter at most."""
    expected, parameter, choices = set(spec.expected_parameters()), "", []
    for choice in spec.choices(cl):
        pairs = [pair for pair in parse_qsl(choice["query_string"].removeprefix("?")) if pair[0] in expected]
        parameter = pairs[0][0] if pairs else parameter
        choices.append((pairs[0][1] if pairs else "", str(choice["display"]), bool(choice["selected"])))
    return FilterSelect(str(spec.title), parameter, choices)
