"""allauth's account adapter for the staff: nothing tells which names exist, and no redirect leaves the back office."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from backoffice.sign_in.allauth_adapter import clear_login
from foundation import audit
from foundation.http.client_address import client_address

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  nothing listens on it
REFUSED = _("El usuario o la contraseña no son correctos")
TOO_MANY = _("Demasiados intentos seguidos. Espera cinco minutos y prueba otra vez")
MESSAGES = {
    "account/messages/password_changed.txt": _("Contraseña cambiada. Tus otras sesiones se han cerrado."),
    "account/messages/logged_out.txt": _("Has salido de la gestión."),
    "mfa/messages/totp_activated.txt": _("Aplicación de códigos activada."),
    "mfa/messages/totp_deactivated.txt": _("Aplicación de códigos quitada."),
    "mfa/messages/webauthn_added.txt": _("Llave de acceso añadida."),
    "mfa/messages/webauthn_removed.txt": _("Llave de acceso quitada."),
    "mfa/messages/recovery_codes_generated.txt": _("Códigos de recuperación nuevos: guárdalos ahora."),
    "usersessions/messages/sessions_logged_out.txt": _("Tus otras sesiones se han cerrado."),
}
"""Our texts for allauth's message templates; messages without one are not shown."""


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": REFUSED,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": _("La contraseña no es correcta"),
        "enter_current_password": _("La contraseña actual no es correcta"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that every other limit of the portal counts by; of IPv6 the network alone."""
        return client_address(request).partition("/")[0] or UNKNOWN_ADDRESS

    def is_safe_url(self, url: str) -> bool:
        return url.startswith("/gestion/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Return False for a while after signing in; allauth would ask for the password again at once."""
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        return not any(record["at"] > since for record in records)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if text := message or MESSAGES.get(message_template or ""):
            messages.add_message(request, level, text)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            audit.record("staff.sign_in_throttled", name=_known_name(credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.record("staff.sign_in_refused", name=_known_name(credentials))

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse | None:
        """Refuse a user who signs in with a passkey and has left the staff."""
        if user.is_active and user.is_staff:
            return None
        clear_login(request)
        audit.record("staff.sign_in_refused", name=user.get_username())
        messages.error(request, REFUSED)
        return redirect("account_login")


def _known_name(credentials: dict[str, Any]) -> str:
    """Return the submitted name if a user has it: people type their password into the wrong field."""
    name: str = credentials.get("username", "")
    return name if User.objects.filter(username=name).exists() else ""
