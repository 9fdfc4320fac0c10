"""Responses that deliver a PDF: its exact bytes, under headers that let it be nothing but a document.

Threat: the file comes from outside. It is served as a PDF only, runs and loads nothing, and is neither framed nor
cached.
"""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.models import Document

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""Without ``sandbox``: Safari and older Chromes then show an empty window, and today's Chromium ignores it."""


def deliver(document: Document, content: bytes, *, head: bool, download: bool) -> HttpResponse:
    """Return the content as a response; its headers alone for ``HEAD``."""
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
