"""Pages of the saved users and of this device."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.devices import DeviceRequest
from accounts.erasure import erase_device, inventory
from accounts.forms import RenameUserForm
from accounts.models import ClaveUser, Device
from foundation.pages import Page, get_or_post, render_page


def owned(
    view: Callable[[DeviceRequest, ClaveUser], HttpResponse],
) -> Callable[[DeviceRequest, UUID], HttpResponse]:
    """Pass the view the user that the path names; answer 404 when it is not saved on this device."""

    @wraps(view)
    def with_user(request: DeviceRequest, pk: UUID) -> HttpResponse:
        return view(request, get_object_or_404(ClaveUser.objects.owned_by(request.device_cookie.key), pk=pk))

    return with_user


@require_safe
def users(request: DeviceRequest) -> HttpResponse:
    """List the Cl@ve PIN users saved on this device."""
    saved = list(ClaveUser.objects.owned_by(request.device_cookie.key).listed())
    page = Page(heading=_("Usuarios de Cl@ve PIN"), step="users", section="users")
    return render_page(request, "accounts/users.html", page=page, users=saved, most=settings.USERS_PER_DEVICE)


def _page_below_users(heading: str, step: str) -> Page:
    back = reverse("accounts:users")
    return Page(heading=heading, step=step, section="users", back=back, back_label=_("Usuarios"))


@get_or_post
@owned
def user(request: DeviceRequest, user: ClaveUser) -> HttpResponse:
    """Change the alias and the phone of a saved user."""
    form = RenameUserForm(request.POST or None, initial={"alias": user.alias, "phone": user.phone})
    if form.is_valid():
        form.save(user)
        messages.success(request, _("Cambios guardados"))
        return redirect("accounts:users")
    page = _page_below_users(_("Cambiar usuario"), "user")
    return render_page(request, "accounts/user.html", page=page, form=form, user=user)


@get_or_post
@owned
def remove(request: DeviceRequest, user: ClaveUser) -> HttpResponse:
    """Ask, then remove a saved user; the documents stay in Downloads."""
    if request.method == "POST":
        user.delete()
        messages.success(request, _("Usuario quitado de este dispositivo"))
        return redirect("accounts:users")
    page = _page_below_users(_("¿Quitar este usuario?"), "remove")
    return render_page(request, "accounts/remove.html", page=page, user=user)


@require_safe
def device(request: DeviceRequest) -> HttpResponse:
    """Show what is stored for this device, for how long, and how to erase it."""
    mine = Device.objects.with_key(request.device_cookie.key).first()
    page = _page_below_users(_("Este dispositivo"), "device")
    return render_page(request, "accounts/device.html", page=page, device=mine, inventory=_inventory(mine))


@get_or_post
def erase(request: DeviceRequest) -> HttpResponse:
    """Ask, then erase everything stored for this device, its cookies included."""
    mine = Device.objects.with_key(request.device_cookie.key).first()
    if request.method == "POST":
        if mine:
            erase_device(mine)
        messages.success(
            request, _("Este dispositivo ya no tiene nada guardado. Lo que había se borra del todo en unos minutos")
        )
        response = redirect("accounts:device")
        for name in (settings.DEVICE_COOKIE_NAME, settings.IDENTIFICATION_COOKIE_NAME):
            response.delete_cookie(name, samesite="Lax")
        return response
    back, label = reverse("accounts:device"), _("Este dispositivo")
    page = Page(heading=_("¿Borrar todo?"), step="erase", section="users", back=back, back_label=label)
    return render_page(request, "accounts/erase.html", page=page, inventory=_inventory(mine))


def _inventory(device: Device | None) -> list[str]:
    return inventory(device) if device else []
