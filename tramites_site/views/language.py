"""The language switch: a plain link, kept in a cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET


@require_GET
def language(request: HttpRequest) -> HttpResponse:
    """Show the portal in ``?to=`` from now on, and go on at ``?next=``, else at the page that the person was on."""
    target = request.GET.get("next") or _page_before(request)
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    response = redirect(target if safe else "/")
    if (wanted := request.GET.get("to", "")) in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


def _page_before(request: HttpRequest) -> str:
    """Path and query of the page of ours that the browser names as the one it comes from."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # it is no address
        return "/"
    return before._replace(scheme="", netloc="", fragment="").geturl() if before.netloc == request.get_host() else "/"
