"""The frame of every page of the back office: the same for Django's pages, for ours and for the library's."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context
from django.utils.translation import gettext_lazy as _

from backoffice.menu import ShownSection, menu_for
from backoffice.sign_in.second_factor import has_second_factor

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_menu(context: Context) -> list[ShownSection]:
    """The menu of whoever is signed in with both factors; nobody else gets one."""
    request = context.get("request")
    if request is None or not hasattr(request, "user") or not has_second_factor(request):
        return []
    return menu_for(request.user, request.path)


@register.filter
def as_json(value: Any) -> str:
    """JSON for an attribute: what the browser's own dialog of passkeys is given."""
    return json.dumps(value, cls=DjangoJSONEncoder)


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """``Firefox · Windows``: what a browser calls itself, in words that its owner recognizes."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), str(_("Otro navegador")))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{name} · {system}" if system else name
