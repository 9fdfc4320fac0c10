"""allauth's forms with our fields, and with checks that the library leaves out."""

import logging
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.sign_in.allauth_adapter import SECRET_SESSION_KEY
from foundation.forms.fields import TypedField
from foundation.text import clean_text, compact_code

logger = logging.getLogger(__name__)

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "code-field"}


class CodeField(TypedField):
    """A code of an application, or a recovery code, as people copy it."""

    def to_python(self, value: Any) -> str:
        return compact_code(super().to_python(value))


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name and password, in fields that password managers recognize."""

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
        """Copy the name to ``login``, where allauth looks for it."""
        name: str = clean_text(self.cleaned_data["username"])
        self.cleaned_data["login"] = name
        return name


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """Seals the secret that waits for confirmation: the session that holds it is a row of the database."""

    code = CodeField(
        label=_("Código de la aplicación"),
        widget=forms.TextInput(attrs={**CODE_ATTRIBUTES, "autofocus": False}),  # instructions stand above it
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        self.secret: str
        session = context.request.session
        is_waiting = SECRET_SESSION_KEY in session
        super().__init__(*args, **options)
        if self.is_bound and is_waiting:
            self.secret = get_adapter().decrypt(session[SECRET_SESSION_KEY])
        else:
            session[SECRET_SESSION_KEY] = get_adapter().encrypt(self.secret)


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    code = CodeField(
        label=_("Código"),
        help_text=_("Los seis números de tu aplicación, o uno de tus códigos de recuperación"),
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )


class ConfirmCodeForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    code = CodeForm.base_fields["code"]


class CredentialForm(forms.Form):
    """Mixin that refuses a malformed passkey credential, on which allauth raises errors of many kinds."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except Exception as error:  # noqa: BLE001  the credential comes from outside, through several parsers
            logger.warning("A passkey credential cannot be read (%s)", type(error).__name__)
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class AddPasskeyForm(CredentialForm, AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    name = forms.CharField(label=_("Cómo se llama"), required=False, max_length=60)
    passwordless = forms.BooleanField(
        label=_("Entrar solo con ella"),
        required=False,
        help_text=_("Sin contraseña: la llave comprueba tu huella, tu cara o su propio PIN"),
    )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    name = forms.CharField(label=_("Cómo se llama"), max_length=60)


class PasskeyForm(CredentialForm, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    pass


class PasskeySignInForm(CredentialForm, LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    pass


class ConfirmPasskeyForm(CredentialForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    pass
