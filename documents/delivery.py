"""A PDF on its way to a browser: its exact bytes, under headers that keep it from being more than a document.

Threat: a received file is not ours. It is served as a PDF and nothing else, runs nothing, loads nothing, sits in no
frame and stays in no cache.
"""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.models import Document

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""No ``sandbox``: Safari then shows an empty window, as older Chromes did, and today's Chromium does not heed it."""


def deliver(document: Document, content: bytes, *, head: bool, download: bool) -> HttpResponse:
    """The content as an answer; to ``HEAD``, its headers alone."""
    response = HttpResponse(b"" if head else content, content_type="application/pdf")
    response["Content-Length"] = str(len(content))
    response["Content-Disposition"] = content_disposition_header(download, document.name) or "inline"
    response["Content-Security-Policy"] = PDF_POLICY
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "DENY"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
