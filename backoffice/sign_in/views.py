"""The pages of a staff user's own account that allauth's views do not serve as they are."""

from http import HTTPStatus
from typing import Any

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
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from backoffice.sign_in.allauth_adapter import record_second_factor
from backoffice.sign_in.mfa_adapter import LAST_FACTOR
from backoffice.sign_in.second_factor import count_factors, has_second_factor
from foundation import audit

MAX_SESSIONS = 50


@require_GET
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Offer the kinds of second factor to a user who has none yet."""
    if has_second_factor(request):
        return redirect("mfa_index")
    return render(request, "backoffice/sign_in/set_up.html")


class ActivateApp(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_second_factor(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_second_factor(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types
    def form_valid(self, form: Any) -> HttpResponse:
        if count_factors(self.request.user) < 2:
            messages.error(self.request, LAST_FACTOR)
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        return response


class SessionList(ListUserSessionsView):  # type: ignore[misc]  # allauth has no types
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """Find the open sessions in one query; allauth takes one for each."""
        open_keys = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
        own = UserSession.objects.filter(user=self.request.user, session_key__in=open_keys).order_by("-created_at")
        return {"form": self.get_form(), "sessions": own[:MAX_SESSIONS], "title": _("Mis sesiones"), **options}


class FirstPassword(PasswordResetConfirmView):
    """Choosing a password by a link of ``password_links``."""

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


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429 with a page; allauth calls this as ``handler429`` of the root URLs."""
    audit.record("staff.sign_in_throttled")
    return render(request, "backoffice/sign_in/too_many_requests.html", status=HTTPStatus.TOO_MANY_REQUESTS)
