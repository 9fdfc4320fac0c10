"""The device cookie: it holds a random token, of which the database has only a hash.

It is set with the first form page, and the device's row is created by the first request that saves something: looking
around leaves nothing behind, and ten parallel saves create one row.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import cached_property

from foundation.http.cookies import set_private_cookie
from foundation.pages import PortalRequest

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class DeviceRequest(PortalRequest):
    """A citizen's request, with its device cookie."""

    device_cookie: "DeviceCookie"


class DeviceCookie:
    """The token of the request's cookie, and whether the response must set it (``is_new``)."""

    def __init__(self, token: str) -> None:
        self.token = token if _TOKEN.fullmatch(token) else ""
        self.is_new = False

    @cached_property
    def key(self) -> bytes:
        """The hash by which a device is found; ``b""`` without a cookie, which finds none."""
        return hashlib.sha256(self.token.encode()).digest() if self.token else b""

    def ensure(self) -> None:
        """Create a token if there is none, for the middleware to set on the response."""
        if not self.token:
            self.token = secrets.token_urlsafe(32)
            self.is_new = True
            self.__dict__.pop("key", None)

    def renew(self) -> None:
        """Have the cookie set again, so that its lifetime starts over."""
        self.is_new = bool(self.token)

    def set_on(self, response: HttpResponse) -> None:
        set_private_cookie(response, settings.DEVICE_COOKIE_NAME, self.token)


def device_middleware(get_response: Callable[[PortalRequest], HttpResponse]) -> Callable[[PortalRequest], HttpResponse]:
    """Give every request its ``device_cookie``, without touching the database."""

    def middleware(request: PortalRequest) -> HttpResponse:
        cookie = DeviceCookie(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))
        cast(DeviceRequest, request).device_cookie = cookie
        response = get_response(request)
        if cookie.is_new:
            cookie.set_on(response)
        return response

    return middleware
