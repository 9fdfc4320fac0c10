"""The library's forms, with the fields and the care that the staff's way in needs."""

import logging
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

CODE_SECONDS = 30
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "code-field"}


class SignInForm(LoginForm):  # type: ignore[misc]  # the library has no types
    """Name and password, in fields that every password manager knows."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["login"]
        name = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        self.fields["username"] = forms.CharField(
            label=_("Usuario"), max_length=150, widget=forms.TextInput(attrs=name)
        )
        self.fields["password"] = forms.CharField(
            label=_("Contraseña"),
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.order_fields(["username", "password"])

    def clean_username(self) -> str:
        """The library looks for what was typed under a name of its own."""
        name: str = self.cleaned_data["username"].strip()
        self.cleaned_data["login"] = name
        return name


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]  # the library has no types
    """The session keeps the secret until it is confirmed, and the session is in the database: so it is sealed there."""

    code = forms.CharField(
        label=_("Código de la aplicación"),
        widget=forms.TextInput(attrs={**CODE_ATTRIBUTES, "autofocus": False}),  # what to do stands above it
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        self.secret: str
        session = context.request.session
        was_kept = SECRET_SESSION_KEY in session
        super().__init__(*args, **options)
        if self.is_bound and was_kept:
            self.secret = get_adapter().decrypt(session[SECRET_SESSION_KEY])
        else:
            session[SECRET_SESSION_KEY] = get_adapter().encrypt(self.secret)


class OnceOnly(forms.Form):
    """A code that was taken is refused for as long as it would be right: the library forgets it sooner."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # the form beside this class has it
        if self.authenticator.type == Authenticator.Type.TOTP:
            lifetime = CODE_SECONDS * (2 * settings.MFA_TOTP_TOLERANCE + 1)
            if not cache.add(f"staff-code:{self.user.pk}:{code}", True, lifetime):
                raise get_adapter().validation_error("incorrect_code")
        return code


class OnlyCredentials(forms.Form):
    """What is no credential is refused: the library lets some errors of what it is read with pass."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except Exception as error:  # noqa: BLE001  it comes from outside, and what reads its formats raises many kinds
            logger.warning("A passkey's answer cannot be read (%s)", type(error).__name__)
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class AddPasskeyForm(OnlyCredentials, AddWebAuthnForm):  # type: ignore[misc]  # the library has no types
    name = forms.CharField(label=_("Cómo se llama"), required=False, max_length=60)
    passwordless = forms.BooleanField(
        label=_("Entrar solo con ella"),
        required=False,
        help_text=_("Sin contraseña: la llave comprueba tu huella, tu cara o su propio PIN"),
    )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # the library has no types
    name = forms.CharField(label=_("Cómo se llama"), max_length=60)


class PasskeyForm(OnlyCredentials, AuthenticateWebAuthnForm):  # type: ignore[misc]  # the library has no types
    pass


class PasskeyAloneForm(OnlyCredentials, LoginWebAuthnForm):  # type: ignore[misc]  # the library has no types
    pass


class PasskeyAgainForm(OnlyCredentials, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # the library has no types
    pass


class CodeForm(OnceOnly, AuthenticateForm):  # type: ignore[misc]  # the library has no types
    code = forms.CharField(
        label=_("Código"),
        help_text=_("Los seis números de tu aplicación, o uno de tus códigos de recuperación"),
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )


class CodeAgainForm(OnceOnly, ReauthenticateForm):  # type: ignore[misc]  # the library has no types
    code = forms.CharField(
        label=_("Código"),
        help_text=_("Los seis números de tu aplicación, o uno de tus códigos de recuperación"),
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )
