"""What a device keeps at hand: its favourites, and what it used lately."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accesses.models import Access, Favourite
from accounts.devices import DeviceRequest
from accounts.models import Device
from foundation.pages import Page, get_or_post, render_page
from procedures.offers import Offer
from procedures.published_catalogue import published


class FavouriteForm(forms.Form):
    """What is wanted, not a switch: sent twice, or from two tabs, it comes to the same."""

    keep = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
    back = forms.ChoiceField(choices=[("home", ""), ("procedure", "")], required=False)


@get_or_post
def favourite(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """Ask, then mark a procedure or take the mark away.

    The question has a page of its own because the procedure's page is the same for everybody and holds no token.
    """
    offer = _offer_or_404(entity, slug)
    procedure = offer.version.procedure
    form = FavouriteForm(request.POST or None)
    if form.is_valid():
        if form.cleaned_data["keep"]:
            Favourite.objects.mark(Device.objects.ensure(request.device_cookie), procedure)
            request.device_cookie.renew()
            said = _("«%(name)s» está en tus favoritos")
        else:
            Favourite.objects.owned_by(request.device_cookie.key).filter(procedure=procedure).delete()
            said = _("«%(name)s» ya no está en tus favoritos")
        messages.success(request, said % {"name": offer.version.name})
        return redirect("/" if form.cleaned_data["back"] == "home" else _page_of(offer))
    request.device_cookie.ensure()
    is_marked = Favourite.objects.owned_by(request.device_cookie.key).filter(procedure=procedure).exists()
    heading = _("¿Quitar de favoritos?") if is_marked else _("¿Guardar en favoritos?")
    return render_page(
        request,
        "accesses/favourite.html",
        page=Page(heading=heading, step="favourite", section="procedures", back=_page_of(offer)),
        offer=offer,
        is_marked=is_marked,
    )


@require_POST
def forget_recent(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """Take a procedure off the list of those used lately."""
    offer = _offer_or_404(entity, slug)
    Access.objects.owned_by(request.device_cookie.key).forget_recent(offer.version.procedure)
    messages.success(request, _("«%(name)s» ya no está entre los recientes") % {"name": offer.version.name})
    return redirect("/")


def _offer_or_404(entity: str, slug: str) -> Offer:
    offer = published().offer(entity, slug)
    if offer is None:
        raise Http404
    return offer


def _page_of(offer: Offer) -> str:
    return reverse("procedures:procedure", args=[offer.entity.slug, offer.version.procedure.slug])
