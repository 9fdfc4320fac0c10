"""The lists of procedures that a device keeps on its home page: favourites and recent ones."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accesses.models import Access, Favourite
from accounts.devices import DeviceRequest
from accounts.models import Device
from foundation.pages import Page, get_or_post, render_page
from procedures.offers import Offer
from procedures.published_catalogue import published


class FavouriteForm(forms.Form):
    """The wanted state rather than a toggle: sent twice, or from two tabs, it has the same effect."""

    keep = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
    back = forms.ChoiceField(choices=[("home", ""), ("procedure", "")], required=False)


@get_or_post
def favourite(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """Ask, then add a procedure to the favourites or remove it.

    The question has a page of its own because the procedure's page is the same for everybody and holds no token.
    """
    offer = _offer_or_404(entity, slug)
    form = FavouriteForm(request.POST or None)
    if form.is_valid():
        _set_favourite(request, offer, keep=form.cleaned_data["keep"])
        return redirect("/" if form.cleaned_data["back"] == "home" else offer.url)
    request.device_cookie.ensure()
    favourites = Favourite.objects.owned_by(request.device_cookie.key)
    is_favourite = favourites.filter(procedure=offer.version.procedure).exists()
    heading = _("¿Quitar de favoritos?") if is_favourite else _("¿Guardar en favoritos?")
    back, name = offer.url, offer.version.name
    page = Page(
        heading=heading,
        step="favourite",
        section="procedures",
        back=back,
        back_label=name,
        subtitle_language=offer.version.name_language,
    )
    return render_page(request, "accesses/favourite.html", page=page, offer=offer, is_favourite=is_favourite)


def _set_favourite(request: DeviceRequest, offer: Offer, *, keep: bool) -> None:
    if keep:
        Favourite.objects.add(Device.objects.ensure(request.device_cookie), offer.version.procedure)
        request.device_cookie.renew()
        message = _("«%(name)s» está en tus favoritos")
    else:
        favourites = Favourite.objects.owned_by(request.device_cookie.key)
        favourites.filter(procedure=offer.version.procedure).delete()
        message = _("«%(name)s» ya no está en tus favoritos")
    messages.success(request, message % {"name": offer.version.name})


@require_POST
def forget_recent(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """Take a procedure off the list of recent ones."""
    offer = _offer_or_404(entity, slug)
    Access.objects.owned_by(request.device_cookie.key).forget_recent(offer.version.procedure)
    messages.success(request, _("«%(name)s» ya no está entre los recientes") % {"name": offer.version.name})
    return redirect("/")


def _offer_or_404(entity: str, slug: str) -> Offer:
    offer = published().offer(entity, slug)
    if offer is None:
        raise Http404
    return offer
