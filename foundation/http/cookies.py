"""Cookies of the portal, out of reach of scripts and of requests made by other sites."""

from django.conf import settings
from django.http import HttpResponseBase

LONGEST_AGE = 400 * 24 * 3600
"""Seconds; browsers cap the age of a cookie there."""


def set_private_cookie(response: HttpResponseBase, name: str, value: str, max_age: int = LONGEST_AGE) -> None:
    response.set_cookie(name, value, max_age=max_age, secure=settings.HTTPS, httponly=True, samesite="Lax")
