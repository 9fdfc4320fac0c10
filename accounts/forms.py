"""Forms of the saved Cl@ve PIN users."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import ClaveUser, Device, NoFreeSlot
from accounts.phones import parse_mobile
from foundation.forms.fields import TypedField
from foundation.forms.identity_numbers import IdentityNumber, parse_identity_number
from foundation.text import clean_code, clean_text

ALIAS_LENGTH = 40
NEW_USER = "new"
"""The choice of somebody who is not saved on this device yet."""


class AliasField(TypedField):
    """The name of a saved user on the screen."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Nombre para reconocerlo"),
            help_text=_("Por ejemplo, Ana o Papá. Solo se ve con este navegador."),
            max_length=ALIAS_LENGTH,
            error_messages={
                "required": _("Escribe un nombre para reconocerlo, por ejemplo Ana"),
                "max_length": _("El nombre puede tener %(limit_value)d caracteres como máximo; tiene %(show_value)d"),
            },
            widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}),
        )

    def to_python(self, value: Any) -> str:
        """Drop direction marks, by which a name would read backwards or look like another one."""
        return clean_text(super().to_python(value))


class PhoneField(TypedField):
    """An optional mobile, cleaned to E.164."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Móvil"),
            help_text=_("Para recordarte a qué teléfono llega el PIN."),
            required=False,
            max_length=40,
            error_messages={"max_length": _("Ese número es demasiado largo. Escribe un móvil, como 612 345 678")},
            widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        )

    def clean(self, value: Any) -> str:
        typed = clean_code(super().clean(value))
        return parse_mobile(typed) if typed else ""


class NewUserForm(forms.Form):
    """The data with which a person is registered in Cl@ve PIN."""

    document_number = TypedField(
        label=_("DNI o NIE"),
        help_text=_("Con su letra, por ejemplo 12345678Z o X1234567L."),
        max_length=30,
        error_messages={
            "required": _("Escribe el DNI o NIE"),
            "max_length": _("Escribe un DNI (8 números y una letra, como 12345678Z) o un NIE (como X1234567L)"),
        },
        widget=forms.TextInput(
            {"autocapitalize": "characters", "autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}
        ),
    )
    alias = AliasField()
    phone = PhoneField()

    def clean_document_number(self) -> IdentityNumber:
        return parse_identity_number(self.cleaned_data["document_number"])

    def save(self, device: Device) -> tuple[ClaveUser, bool] | None:
        """Return what ``save_new`` does, or None, with an error on the form, when no slot is free."""
        try:
            return ClaveUser.objects.save_new(
                device,
                alias=self.cleaned_data["alias"],
                number=self.cleaned_data["document_number"],
                phone=self.cleaned_data["phone"],
            )
        except NoFreeSlot:
            self.add_error(
                None,
                _(
                    "El portal ya guarda todos los usuarios que puede con este navegador. "
                    "Quita uno en «Usuarios» y vuelve"
                ),
            )
            return None


class ChooseUserForm(forms.Form):
    """A choice among the users saved on this device, cleaned to the ``ClaveUser``, or None for somebody new."""

    user = forms.CharField(
        label=_("Usuario de Cl@ve PIN"),
        error_messages={"required": _("Elige quién hace el trámite")},
        widget=forms.RadioSelect,
    )

    def __init__(self, users: Sequence[ClaveUser], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.users = users

    def clean_user(self) -> ClaveUser | None:
        chosen = self.cleaned_data["user"].strip().lower()
        if chosen == NEW_USER:
            return None
        for user in self.users:
            if str(user.pk) == chosen:
                return user
        raise ValidationError(_("Ese usuario ya no está en este dispositivo. Elige uno de la lista"), code="gone")


class RenameUserForm(forms.Form):
    """Alias and phone of a saved user; the number, which identifies the user, cannot be changed."""

    alias = AliasField()
    phone = PhoneField()

    def save(self, user: ClaveUser) -> None:
        user.rename(self.cleaned_data["alias"])
        user.change_phone(self.cleaned_data["phone"])
