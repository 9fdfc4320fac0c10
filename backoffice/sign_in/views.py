"""The pages of a staff user's own account that are not the library's as they stand."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from backoffice.sign_in.mfa_adapter import LAST_ONE
from backoffice.sign_in.second_factor import factors_of, has_second_factor
from foundation import audit

MOST_SESSIONS = 50


@require_GET
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Choose the second factor, the first time."""
    if has_second_factor(request):
        return redirect("mfa_index")
    return render(request, "backoffice/sign_in/set_up.html")


class ActivateApp(ActivateTOTPView):  # type: ignore[misc]  # the library has no types
    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever has just proved a code need not sign in again to prove it."""
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type=Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # the library has no types
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type=Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # the library has no types
    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, unless nothing but the password would be left."""
        if factors_of(self.request.user) < 2:
            messages.error(self.request, LAST_ONE)
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        return response


class OwnSessions(ListUserSessionsView):  # type: ignore[misc]  # the library has no types
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """The sessions that are open, in one query; the library's own asks for each."""
        open_ones = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
        mine = UserSession.objects.filter(user=self.request.user, session_key__in=open_ones).order_by("-created_at")
        return {"form": self.get_form(), "sessions": mine[:MOST_SESSIONS], "title": _("Mis sesiones"), **options}


class FirstPassword(PasswordResetConfirmView):
    """Whoever was given a link that works once chooses their password."""

    template_name = "backoffice/sign_in/first_password.html"
    success_url = reverse_lazy("account_login")
    title = _("Elige tu contraseña")

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active and user.is_staff else None

    def form_valid(self, form: Any) -> HttpResponse:
        name = form.user.get_username()
        audit.record("staff.password_set", actor=name, target=f"auth.user:{form.user.pk}")
        messages.success(self.request, _("Contraseña guardada. Ya puedes entrar."))
        return super().form_valid(form)


def too_many(request: HttpRequest) -> HttpResponse:
    """The library's answer to whoever asks too often."""
    audit.record("staff.sign_in_throttled")
    return render(request, "backoffice/sign_in/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
