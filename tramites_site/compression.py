"""Compresses pages: most people read them on a phone, on a slow network.

Threat (BREACH): the length of a compressed page could reveal its secrets. Django masks form tokens anew each time and
adds random bytes; whatever is not a page, above all a document, is sent as it is.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from foundation.http.encodings import takes_gzip

PAGES = "text/html"


class CompressPages(GZipMiddleware):
    """Compresses HTML for browsers that accept it compressed."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(PAGES):
            return response
        if not takes_gzip(request):  # Django ignores "gzip;q=0"
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
