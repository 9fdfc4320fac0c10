"""The start of an access: its required data, then the Cl@ve PIN user who does it."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accesses.identification import IdentificationForm, preferred_identification, set_preference
from accesses.models import Access
from accesses.steps import PROGRESS, VALIDATION_NUMBER, at_step, current_url, offer_of, progress, render_step
from accounts.devices import DeviceRequest
from accounts.forms import ChooseUserForm, NewUserForm
from accounts.models import ClaveUser, Device
from clave.health import is_degraded
from clave.models import Validation
from clave.pin.steps import current_url as validation_url
from foundation.pages import Page, get_or_post, render_page
from procedures.offers import Offer
from procedures.published_catalogue import published
from procedures.required_data.form import RequiredDataForm, initial_from
from procedures.views import render_retired


class AccessIdForm(forms.Form):
    access = forms.UUIDField(required=False)

    @property
    def value(self) -> UUID | None:
        """The id; None when it is missing or malformed."""
        return self.cleaned_data["access"] if self.is_valid() else None


@get_or_post
def start(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """Ask for the required data, and say who receives them and on which legal basis; submitting creates the access."""
    offer = published().offer(entity, slug)
    if offer is None:
        return render_retired(request, entity, slug)
    request.device_cookie.ensure()
    access_id = AccessIdForm(request.POST).value or uuid4()
    data = offer.version.data
    form = RequiredDataForm(data, request.POST if request.method == "POST" else None, initial=_initial(request, offer))
    identification = IdentificationForm(request.POST if "identification" in request.POST else None)
    if form.is_bound and offer.may_start and form.is_valid() and _accepts(identification, form):
        device = Device.objects.ensure(request.device_cookie)
        if access := Access.objects.start(access_id, device, offer.version, form.inputs):
            return _started(request, access, identification)
        access_id = uuid4()  # the submitted one belongs to another device or procedure
    return render_page(
        request,
        "accesses/start.html",
        page=_start_page(offer),
        form=form,
        identification=None if preferred_identification(request) else identification,
        access_id=access_id,
        offer=offer,
        version=offer.version,
        entity=offer.entity,
        clave_is_degraded=is_degraded(),
    )


def _accepts(identification: IdentificationForm, form: RequiredDataForm) -> bool:
    """Whether the submitted type is offered; without one, that of the cookie or the only one applies."""
    if identification.is_bound and not identification.is_valid():
        form.add_error(None, identification.errors["identification"])
        return False
    return True


def _started(request: DeviceRequest, access: Access, identification: IdentificationForm) -> HttpResponse:
    response = redirect(current_url(access))
    if identification.is_bound:
        set_preference(response, identification.cleaned_data["identification"])
    request.device_cookie.renew()
    return response


def _start_page(offer: Offer) -> Page:
    return Page(
        heading=_("Antes de identificarte"),
        step="start",
        section="procedures",
        back=offer.url,
        subtitle=offer.version.name,
        progress=progress(1),
    )


def _initial(request: DeviceRequest, offer: Offer) -> dict[str, object]:
    """Return the data of an earlier access of this device (``?como=<id>``), so that nothing need be typed again."""
    earlier = AccessIdForm({"access": request.GET.get("como", "")}).value
    owned = Access.objects.owned_by(request.device_cookie.key)
    access = owned.filter(pk=earlier, version__procedure=offer.version.procedure_id).first() if earlier else None
    return initial_from(offer.version.data, access.inputs) if access else {}


@get_or_post
@at_step("user")
def user(request: DeviceRequest, access: Access) -> HttpResponse:
    """Choose whose Cl@ve PIN user does it."""
    users = list(ClaveUser.objects.filter(device=access.device_id).listed())
    if not users:
        return redirect("accesses:new_user", access.pk)
    form = ChooseUserForm(users, request.POST or None)
    if form.is_valid():
        return _validate(access, form.cleaned_data["user"])
    return render_step(
        request,
        access,
        "user",
        back=offer_of(access).url,
        form=form,
        users=users,
        likely=access.user or max(users, key=lambda user: user.used_at or user.created_at),
        clave_is_degraded=is_degraded(),
    )


@get_or_post
@at_step("new_user")
def new_user(request: DeviceRequest, access: Access) -> HttpResponse:
    """Save a Cl@ve PIN user, unless the same person is saved already, and continue with it."""
    form = NewUserForm(request.POST or None)
    if form.is_valid() and (saved := form.save(access.device)):
        saved_user, is_new = saved
        if not is_new:
            message = _("Ya tenías guardado a %(alias)s: seguimos con ese usuario")
            messages.info(request, message % {"alias": saved_user.alias})
        return _validate(access, saved_user)
    has_users = ClaveUser.objects.filter(device=access.device_id).exists()
    back = reverse("accesses:user", args=[access.pk]) if has_users else offer_of(access).url
    return render_step(request, access, "new_user", back=back, form=form)


def _validate(access: Access, user: ClaveUser) -> HttpResponse:
    """Have Cl@ve validate this user for this access."""
    if not access.choose_user(user):
        access.refresh_from_db()
        return redirect(current_url(access))
    version = offer_of(access).version
    validation = Validation.objects.begin(
        access.device,
        user,
        purpose=access.purpose,
        return_to=reverse("accesses:wait", args=[access.pk]),
        restart=reverse("accesses:user", args=[access.pk]),
        title=str(version.name),
        reference=access.reference,
        place=(VALIDATION_NUMBER, len(PROGRESS)),
        methods=version.methods,
    )
    return redirect(validation_url(validation))
