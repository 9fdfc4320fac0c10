"""The start of an access: its required data, then the Cl@ve PIN user who does it."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accesses.identification import preferred_identification, set_preference
from accesses.models import Access
from accesses.start_form import StartForm, method_form, sent_method
from accesses.steps import PROGRESS, VALIDATION_NUMBER, at_step, current_url, offer_of, progress, render_step
from accounts.devices import DeviceRequest
from accounts.forms import ChooseUserForm, NewUserForm
from accounts.models import ClaveUser, Device
from clave.health import is_degraded
from clave.models import Validation
from clave.pin.steps import current_url as validation_url
from foundation.forms.groups import FormGroup
from foundation.pages import Page, Text, get_or_post, render_page
from procedures.offers import Offer
from procedures.published_catalogue import published
from procedures.required_data.form import initial_from
from procedures.views import render_retired


class AccessIdForm(forms.Form):
    access = forms.UUIDField(required=False)

    @property
    def value(self) -> UUID | None:
        """The id; None when it is missing or malformed."""
        return self.cleaned_data["access"] if self.is_valid() else None


@get_or_post
def start(request: DeviceRequest, entity: str, slug: str) -> HttpResponse:
    """Ask for the required data and, on a short page, for person and method; say who receives what; begin."""
    offer = published().offer(entity, slug)
    if offer is None:
        return render_retired(request, entity, slug)
    users = _saved_users(request)
    request.device_cookie.ensure()
    access_id = AccessIdForm(request.POST).value or uuid4()
    form = StartForm(request, offer, users, initial=_initial(request, offer))
    if form.is_valid() and offer.may_start:
        if response := _begin(request, offer, access_id, form):
            return response
        access_id = uuid4()  # the submitted one belongs to another device or procedure
    return render_page(
        request,
        "accesses/start.html",
        page=_start_page(offer, form),
        form=form,
        data=form.data,
        identification=None if preferred_identification(request) else form.identification,
        access_id=access_id,
        offer=offer,
        version=offer.version,
        entity=offer.entity,
        clave_is_degraded=is_degraded(),
    )


def _saved_users(request: DeviceRequest) -> list[ClaveUser]:
    key = request.device_cookie.key
    return list(ClaveUser.objects.owned_by(key).listed()) if key else []


def _begin(request: DeviceRequest, offer: Offer, access_id: UUID, form: StartForm) -> HttpResponse | None:
    """Make the access and go on; None when the id is taken, or when the new user cannot be saved."""
    device = Device.objects.ensure(request.device_cookie)
    user = form.chosen_user(device)
    if form.errors:
        return None
    access = Access.objects.start(access_id, device, offer.version, form.data.inputs)
    if access is None:
        return None
    response = _go_on(access, form, user)
    if form.identification.is_bound:
        set_preference(response, form.identification.cleaned_data["identification"])
    request.device_cookie.renew()
    return response


def _go_on(access: Access, form: StartForm, user: ClaveUser | None) -> HttpResponse:
    """Begin the validation of the chosen user; without one, ask for the person on a page of their own."""
    if user is not None:
        return _validate(access, user, form.method)
    return _ask_for_new_user(access, form.method) if form.is_for_somebody_new else redirect(current_url(access))


def _ask_for_new_user(access: Access, method: str) -> HttpResponse:
    url = reverse("accesses:new_user", args=[access.pk])
    return redirect(f"{url}?metodo={method}" if method else url)


def _start_page(offer: Offer, form: StartForm) -> Page:
    asks_only_person = form.asks_person and not form.data.fields
    return Page(
        heading=_("¿Quién hace el trámite?") if asks_only_person else _("Antes de identificarte"),
        step="start",
        section="procedures",
        back=offer.url,
        back_label=offer.version.name,
        subtitle_language=offer.version.name_language,
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
    """Choose whose Cl@ve PIN user does it, and by which method."""
    users = list(ClaveUser.objects.filter(device=access.device_id).listed())
    if not users:
        return redirect("accesses:new_user", access.pk)
    likely = access.user or max(users, key=lambda user: user.last_chosen_at)
    sent = request.POST or None
    person = ChooseUserForm(users, sent)
    method = method_form(offer_of(access).version, sent, likely.method)
    form = FormGroup(person, method)
    if form.is_valid():
        chosen, chosen_method = person.cleaned_data["user"], sent_method(method)
        return _validate(access, chosen, chosen_method) if chosen else _ask_for_new_user(access, chosen_method)
    return render_step(
        request,
        access,
        "user",
        back=_back_to_procedure(access),
        form=form,
        person=person,
        method=method,
        users=users,
        likely=likely,
        clave_is_degraded=is_degraded(),
    )


@get_or_post
@at_step("new_user")
def new_user(request: DeviceRequest, access: Access) -> HttpResponse:
    """Save a Cl@ve PIN user, unless the same person is saved already, and continue with it."""
    person = NewUserForm(request.POST or None)
    method = method_form(offer_of(access).version, request.POST or None, request.GET.get("metodo", ""))
    form = FormGroup(person, method)
    if form.is_valid() and (saved := person.save(access.device)):
        saved_user, is_new = saved
        if not is_new:
            message = _("Ya tenías guardado a %(alias)s: seguimos con ese usuario")
            messages.info(request, message % {"alias": saved_user.alias})
        return _validate(access, saved_user, sent_method(method))
    has_users = ClaveUser.objects.filter(device=access.device_id).exists()
    back = _back_to_procedure(access)
    if has_users:
        back = reverse("accesses:user", args=[access.pk]), _("¿Quién hace el trámite?")
    return render_step(request, access, "new_user", back=back, form=form, person=person, method=method)


def _back_to_procedure(access: Access) -> tuple[str, Text]:
    offer = offer_of(access)
    return offer.url, offer.version.name


def _validate(access: Access, user: ClaveUser, method: str) -> HttpResponse:
    """Have Cl@ve validate this user for this access, by this method if one was chosen."""
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
        method=method,
    )
    return redirect(validation_url(validation))
