"""The portal's urls, and the two pages that the others are measured against, behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from foundation.pages import Page, PortalRequest, render_page
from procedures.models import Entity


def empty(request: HttpRequest) -> HttpResponse:
    """The least that this middleware can serve."""
    return HttpResponse()


def reference(request: PortalRequest) -> HttpResponse:
    """The least page of this portal: the frame, a heading, one query."""
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
