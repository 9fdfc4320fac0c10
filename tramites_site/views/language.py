"""The language switch: a plain link that sets a cookie."""

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
    """Remember the language ``?to=`` and redirect to ``?next=``, or else to the page that the person came from."""
    target = request.GET.get("next") or _referring_page(request)
    response = redirect(target if is_safe_path(target) else "/")
    if (wanted := request.GET.get("to", "")) in languages.codes():
        set_private_cookie(response, settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


def _referring_page(request: HttpRequest) -> str:
    """Return path and query of the ``Referer`` if it is a page of this site, else ``/``."""
    try:
        url = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # not a URL
        return "/"
    return url._replace(scheme="", netloc="", fragment="").geturl() if url.netloc == request.get_host() else "/"
