"""Responses that deliver a PDF: its exact bytes, under headers that let it be nothing but a document.

Threat: the file comes from outside. It is served as a PDF only, runs and loads nothing, and is neither framed nor
cached.
"""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.models import Document

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""Without ``sandbox``: Safari and older Chromes then show an empty window, and today's Chromium ignores it."""


PICTURE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def deliver(document: Document, content: bytes, *, head: bool, download: bool) -> HttpResponse:
    """Return the content as a response; its headers alone for ``HEAD``."""
    response = _closed(content, "application/pdf", PDF_POLICY, head=head)
    response["Content-Disposition"] = content_disposition_header(download, document.name) or "inline"
    return response


def deliver_picture(content: bytes, *, head: bool) -> HttpResponse:
    """Return the picture of a first page, which says as much as the document: no cache keeps it."""
    return _closed(content, "image/webp", PICTURE_POLICY, head=head)


def _closed(content: bytes, content_type: str, policy: str, *, head: bool) -> HttpResponse:
    response = HttpResponse(b"" if head else content, content_type=content_type)
    response["Content-Length"] = str(len(content))
    response["Content-Security-Policy"] = policy
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "DENY"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
