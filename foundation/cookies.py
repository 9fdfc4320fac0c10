"""Cookies of the portal's own: out of reach of scripts and of requests that other sites make."""

from django.conf import settings
from django.http import HttpResponseBase

LONGEST_AGE = 400 * 24 * 3600
"""Seconds; browsers keep no cookie for longer."""


def set_private_cookie(response: HttpResponseBase, name: str, value: str, max_age: int = LONGEST_AGE) -> None:
    response.set_cookie(name, value, max_age=max_age, secure=settings.HTTPS, httponly=True, samesite="Lax")
