"""The portal's URLs and two pages to compare the others with, behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from foundation.pages import Page, PortalRequest, render_page
from procedures.models import Entity


def empty(request: HttpRequest) -> HttpResponse:
    """Return the smallest response."""
    return HttpResponse()


def reference(request: PortalRequest) -> HttpResponse:
    """Render the smallest page of the portal: its frame, a heading, one query."""
    return render_page(
        request,
        "bench/reference.html",
        page=Page(heading="Referencia"),
        entities=Entity.objects.count(),
        moment=timezone.now(),
    )


urlpatterns = [
    path("bench/empty/", empty),
    path("bench/reference/", reference),
    path("", include("tramites_site.urls")),
]
