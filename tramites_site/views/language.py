"""The language switch: a plain link, kept in a cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from foundation import languages
from foundation.http.cookies import set_private_cookie
from foundation.http.redirects import is_safe_path


@require_GET
def language(request: HttpRequest) -> HttpResponse:
    """Show the portal in ``?to=`` from now on, and go on at ``?next=``, else at the page that the person was on."""
    target = request.GET.get("next") or _page_before(request)
    response = redirect(target if is_safe_path(target) else "/")
    if (wanted := request.GET.get("to", "")) in languages.codes():
        set_private_cookie(response, settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


def _page_before(request: HttpRequest) -> str:
    """Path and query of the page of ours that the browser names as the one it comes from."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # it is no address
        return "/"
    return before._replace(scheme="", netloc="", fragment="").geturl() if before.netloc == request.get_host() else "/"
