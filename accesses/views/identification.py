"""Choosing the type of identification."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accesses.identification import IDENTIFICATIONS, OFFERED, IdentificationForm, chosen, remember
from clave.models import Method
from clave.switches import unavailable_methods
from foundation.pages import Page, PortalRequest, render_page


@require_http_methods(["GET", "HEAD", "POST"])
def identification(request: PortalRequest) -> HttpResponse:
    """Choose the type of identification; the choice is kept in a cookie."""
    back = _safe_next(request)
    current = chosen(request)
    form = IdentificationForm(request.POST or None, initial={"identification": current.key} if current else None)
    if form.is_valid():
        response = redirect(back or reverse("procedures:entities"))
        remember(cast(HttpResponse, response), form.cleaned_data["identification"])
        return response
    return render_page(
        request,
        "accesses/identification.html",
        page=Page(heading=_("¿Cómo te identificas?"), section="procedures", step="identification", back=back or "/"),
        form=form,
        offered=OFFERED,
        later=[way for way in IDENTIFICATIONS if not way.is_offered],
        next=back,
        unavailable=unavailable_methods(Method.values),
    )


def _safe_next(request: PortalRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe else ""
