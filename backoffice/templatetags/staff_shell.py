"""Tags and filters of the frame around every page of the back office, Django's, allauth's and our own."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context
from django.utils.translation import gettext_lazy as _

from backoffice.menu import MenuSection, menu_for
from backoffice.sign_in.second_factor import has_second_factor

register = template.Library()

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.simple_tag(takes_context=True)
def staff_menu(context: Context) -> list[MenuSection]:
    """Return the menu of a user who has signed in with both factors, and nothing for anybody else."""
    request = context.get("request")
    if request is None or not hasattr(request, "user") or not has_second_factor(request):
        return []
    return menu_for(request.user, request.path)


@register.filter
def as_json(value: Any) -> str:
    """Serialize the options of a passkey dialog for an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def browser(user_agent: str) -> str:
    """Describe a user agent in words that its owner recognizes: ``Firefox · Windows``."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), str(_("Otro navegador")))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{name} · {system}" if system else name
