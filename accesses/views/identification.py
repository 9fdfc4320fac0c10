"""Choosing the type of identification."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accesses.identification import (
    IDENTIFICATIONS,
    OFFERED,
    IdentificationForm,
    preferred_identification,
    set_preference,
)
from clave.models import Method
from clave.switches import unavailable_methods
from foundation.http.redirects import safe_path
from foundation.pages import Page, PortalRequest, get_or_post, render_page


@get_or_post
def identification(request: PortalRequest) -> HttpResponse:
    """Choose the type of identification, which a cookie keeps."""
    back = safe_path(request, "next")
    preferred = preferred_identification(request)
    form = IdentificationForm(request.POST or None, initial={"identification": preferred.key} if preferred else None)
    if form.is_valid():
        response = cast(HttpResponse, redirect(back or reverse("procedures:entities")))
        set_preference(response, form.cleaned_data["identification"])
        return response
    return render_page(
        request,
        "accesses/identification.html",
        page=Page(
            heading=_("¿Cómo te identificas?"),
            section="procedures",
            step="identification",
            back=back or "/",
            back_label=_("Volver") if back else _("Inicio"),
        ),
        form=form,
        offered=OFFERED.values(),
        later=[identification for identification in IDENTIFICATIONS if not identification.is_offered],
        next=back,
        unavailable=unavailable_methods(Method.values),
    )
