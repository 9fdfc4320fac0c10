"""The device: one browser, known by a cookie whose token is kept only as a hash.

The cookie is set with the first form page; its row is made by the first saving request, so that looking around leaves
nothing, and ten parallel saves make one row.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import cached_property

from foundation.cookies import set_private_cookie
from foundation.pages import PortalRequest

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class DeviceRequest(PortalRequest):
    """A citizen's request, with the cookie that tells its device."""

    device_cookie: "DeviceCookie"


class DeviceCookie:
    """What the request's cookie says, and whether the answer must set it."""

    def __init__(self, token: str) -> None:
        self.token = token if _TOKEN.fullmatch(token) else ""
        self.is_new = False

    @cached_property
    def key(self) -> bytes:
        """The hash under which the device is kept; ``b""`` without a cookie, which owns nothing."""
        return hashlib.sha256(self.token.encode()).digest() if self.token else b""

    def ensure(self) -> None:
        """Have a token from now on; the middleware sets it on the answer."""
        if not self.token:
            self.token = secrets.token_urlsafe(32)
            self.is_new = True
            self.__dict__.pop("key", None)

    def keep(self) -> None:
        """Set the cookie again, so that its age starts anew."""
        self.is_new = bool(self.token)

    def set_on(self, response: HttpResponse) -> None:
        set_private_cookie(response, settings.DEVICE_COOKIE_NAME, self.token)


def device_middleware(get_response: Callable[[PortalRequest], HttpResponse]) -> Callable[[PortalRequest], HttpResponse]:
    """Give every request its ``device_cookie``; nothing is read from the database."""

    def middleware(request: PortalRequest) -> HttpResponse:
        cookie = DeviceCookie(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))
        cast(DeviceRequest, request).device_cookie = cookie
        response = get_response(request)
        if cookie.is_new:
            cookie.set_on(response)
        return response

    return middleware
