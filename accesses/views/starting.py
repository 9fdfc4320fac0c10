"""The beginning of an access: its required data, then whose Cl@ve PIN user does it."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accesses.identification import IdentificationForm, chosen, remember
from accesses.models import Access
from accesses.steps import PROGRESS, VALIDATION, at_step, current_url, offer_of, progress, step_page
from accounts.devices import DeviceRequest
from accounts.forms import ChooseUserForm, NewUserForm
from accounts.models import ClaveUser, Device
from clave.health import is_degraded
from clave.models import Validation
from clave.pin.steps import current_url as validation_url
from foundation.pages import Page, get_or_post, render_page
from procedures.offers import Offer
from procedures.published_catalogue import published
from procedures.required_data import RequiredDataForm, initial_of
from procedures.views import ended


class AccessIdForm(forms.Form):
    """The fresh id that a start form carries."""

    access = forms.UUIDField(required=False, widget=forms.HiddenInput)


@get_or_post
def start(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """The required data, and who receives what on which legal basis; sending it makes the access, once."""
    catalogue = published()
    offer = catalogue.offer(entity, slug)
    if offer is None:
        return ended(request, catalogue, f"{entity}/{slug}")
    request.device_cookie.ensure()
    ids = AccessIdForm(request.POST or None)
    access_id = (ids.is_valid() and ids.cleaned_data["access"]) or uuid4()
    data = offer.version.data
    form = RequiredDataForm(data, request.POST if request.method == "POST" else None, initial=_earlier(request, offer))
    way = IdentificationForm(request.POST if "identification" in request.POST else None)
    if request.method == "POST" and offer.may_start and form.is_valid() and _identifies(form, way):
        device = Device.objects.ensure(request.device_cookie)
        access = Access.objects.start(access_id, device, offer.version, form.inputs)
        if access is not None:
            return _started(request, access, way)
        access_id = uuid4()
    return render_page(
        request,
        "accesses/start.html",
        page=_start_page(offer),
        form=form,
        identification=None if chosen(request) else way,
        access_id=access_id,
        offer=offer,
        version=offer.version,
        entity=offer.entity,
        clave_is_degraded=is_degraded(),
    )


def _identifies(form: RequiredDataForm, way: IdentificationForm) -> bool:
    """A choice made on this form must be one that is offered; without one, the cookie's or the only one counts."""
    if way.is_bound and not way.is_valid():
        form.add_error(None, way.errors["identification"])
        return False
    return True


def _started(request: DeviceRequest, access: Access, way: IdentificationForm) -> HttpResponse:
    response = redirect(current_url(access))
    if way.is_bound:
        remember(response, way.cleaned_data["identification"])
    request.device_cookie.renew()
    return response


def _start_page(offer: Offer) -> Page:
    return Page(
        heading=_("Antes de identificarte"),
        step="start",
        section="procedures",
        back=reverse("procedures:procedure", args=[offer.entity.slug, offer.version.procedure.slug]),
        subtitle=offer.version.name,
        progress=progress(1),
    )


def _earlier(request: DeviceRequest, offer: Offer) -> dict[str, object]:
    """The data of an earlier access of this device (``?como=<id>``), to do the same again without typing."""
    earlier = AccessIdForm({"access": request.GET.get("como", "")})
    if not earlier.is_valid() or not earlier.cleaned_data["access"]:
        return {}
    mine = Access.objects.owned_by(request.device_cookie.key).filter(
        pk=earlier.cleaned_data["access"], version__procedure=offer.version.procedure_id
    )
    access = mine.first()
    return initial_of(offer.version.data, access.inputs) if access else {}


@get_or_post
@at_step("user")
def user(request: DeviceRequest, access: Access) -> HttpResponse:
    """Whose Cl@ve PIN user does it."""
    users = list(ClaveUser.objects.filter(device=access.device_id).listed())
    if not users:
        return redirect("accesses:new_user", access.pk)
    form = ChooseUserForm(users, request.POST or None)
    if form.is_valid():
        return _validate(access, form.cleaned_data["user"])
    return render_page(
        request,
        "accesses/user.html",
        page=step_page(access, "user", gettext_lazy("¿Quién hace el trámite?"), back=_back_to_procedure(access)),
        form=form,
        users=users,
        likely=access.user or max(users, key=lambda user: user.used_at or user.created_at),
        clave_is_degraded=is_degraded(),
        access=access,
        offer=offer_of(access),
    )


@get_or_post
@at_step("new_user")
def new_user(request: DeviceRequest, access: Access) -> HttpResponse:
    """Save a Cl@ve PIN user and go on with it; the same person is not saved twice."""
    form = NewUserForm(request.POST or None)
    if form.is_valid() and (saved := form.save(access.device)):
        saved_user, is_new = saved
        if not is_new:
            messages.info(
                request, _("Ya tenías guardado a %(alias)s: seguimos con ese usuario") % {"alias": saved_user.alias}
            )
        return _validate(access, saved_user)
    has_users = ClaveUser.objects.filter(device=access.device_id).exists()
    back = reverse("accesses:user", args=[access.pk]) if has_users else _back_to_procedure(access)
    return render_page(
        request,
        "accesses/new_user.html",
        page=step_page(access, "new_user", gettext_lazy("Tus datos en Cl@ve PIN"), back=back),
        form=form,
        access=access,
        offer=offer_of(access),
    )


def _validate(access: Access, user: ClaveUser) -> HttpResponse:
    """Have Cl@ve validate this user for this access."""
    if not access.choose_user(user):
        access.refresh_from_db()
        return redirect(current_url(access))
    validation = Validation.objects.begin(
        access.device,
        user,
        purpose=access.purpose,
        return_to=reverse("accesses:wait", args=[access.pk]),
        restart=reverse("accesses:user", args=[access.pk]),
        title=str(offer_of(access).version.name),
        place=(VALIDATION, len(PROGRESS)),
        methods=offer_of(access).version.methods,
    )
    return redirect(validation_url(validation))


def _back_to_procedure(access: Access) -> str:
    procedure = offer_of(access).version.procedure
    return reverse("procedures:procedure", args=[procedure.entity.slug, procedure.slug])
