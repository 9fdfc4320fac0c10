"""How the library signs in, bent to the staff: no enumeration, no way out of the back office, everything recorded."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from foundation import audit
from foundation.client_address import client_address
from foundation.redirects import is_safe_path

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  not listened on: it stands for an address that nobody told
REFUSED = _("El usuario o la contraseña no son correctos")
TOO_MANY = _("Demasiados intentos seguidos. Espera cinco minutos y prueba otra vez")
SAID = {
    "account/messages/password_changed.txt": _("Contraseña cambiada. Tus otras sesiones se han cerrado."),
    "account/messages/logged_out.txt": _("Has salido de la gestión."),
    "mfa/messages/totp_activated.txt": _("Aplicación de códigos activada."),
    "mfa/messages/totp_deactivated.txt": _("Aplicación de códigos quitada."),
    "mfa/messages/webauthn_added.txt": _("Llave de acceso añadida."),
    "mfa/messages/webauthn_removed.txt": _("Llave de acceso quitada."),
    "mfa/messages/recovery_codes_generated.txt": _("Códigos de recuperación nuevos: guárdalos ahora."),
    "usersessions/messages/sessions_logged_out.txt": _("Tus otras sesiones se han cerrado."),
}
"""What is said of the library's messages; the others are not said."""


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
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
        """An address that its field takes; an IPv6 one stands for its household, which counts as one."""
        return client_address(request).partition("/")[0] or UNKNOWN_ADDRESS

    def is_safe_url(self, url: str) -> bool:
        """Whether to go there after signing in: only on in the back office."""
        return url.startswith("/gestion/") and is_safe_path(url)

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Not right after signing in: the password was typed a moment ago."""
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
        if said := message or SAID.get(message_template or ""):
            messages.add_message(request, level, said)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            audit.record("staff.sign_in_throttled", name=_known(credentials.get("username", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.record("staff.sign_in_refused", name=_known(credentials.get("username", "")))

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse | None:
        """Refuse whoever comes by passkey and is staff no more."""
        if user.is_active and user.is_staff:
            return None
        clear_login(request)
        audit.record("staff.sign_in_refused", name=user.get_username())
        messages.error(request, REFUSED)
        return redirect("account_login")


def _known(name: str) -> str:
    """The name, if somebody has it: people type their password into the wrong field."""
    return name if User.objects.filter(username=name).exists() else ""
