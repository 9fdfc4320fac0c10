"""Pages travel compressed: most people read them on a phone, on a slow network.

Threat (BREACH): the length of a compressed page could tell its secrets. Django masks the form tokens anew each time and
pads the length; what is not a page, a document above all, goes as it is.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from foundation.http.encodings import takes_gzip

PAGES = "text/html"


class CompressPages(GZipMiddleware):
    """Compress HTML that a browser can take compressed."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(PAGES):
            return response
        if not takes_gzip(request):  # Django would compress for who refuses it by "gzip;q=0" too
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
