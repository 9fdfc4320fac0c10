"""Redirects to where a request asks to go on, as long as that is on this site.

Threat: an open redirect, which lends the portal's name to somebody else's page.
"""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_safe_path(path: str) -> bool:
    """Return whether a browser that is sent to this path stays on this site."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def safe_path(request: HttpRequest, name: str) -> str:
    """Return the path that the field of this name asks for, ``""`` when there is none or it leads elsewhere."""
    path = request.POST.get(name) or request.GET.get(name) or ""
    return path if is_safe_path(path) else ""
