"""What a person types to be validated."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clave.models import Method
from clave.pin.codes import CODE_LENGTH, PIN_LENGTH, parse_code, parse_pin
from clave.pin.contrast import parse_expiry_date, parse_issue_date, parse_support_number
from clave.pin.gateways.base import Contrast

SPARE = 12
"""Room beyond the length for the spaces that come with a paste."""


def _code_input(length: int, **attributes: str) -> forms.TextInput:
    """One input for a code; its content is never sent back."""
    return forms.TextInput(
        {
            "class": "code",
            "autocapitalize": "characters",
            "autocorrect": "off",
            "spellcheck": "false",
            "inputmode": "text",
            "maxlength": str(length + SPARE),
            "data-code": str(length),
            **attributes,
        }
    )


class SecretField(forms.CharField):
    """A code or PIN: parsed, and never shown again, not even with an error."""

    def __init__(self, *, parse: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.parse = parse

    def clean(self, value: Any) -> str:
        return self.parse(super().clean(value))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        return _Unshown(form, self, field_name)


class _Unshown(forms.BoundField):
    def value(self) -> None:
        return None


_METHODS = [(Method.PIN_APP, _("Con la APP Cl@ve PIN")), (Method.SMS, _("Con un SMS"))]


class MethodForm(forms.Form):
    """The validation method; nothing is chosen beforehand."""

    method = forms.ChoiceField(
        label=_("Método de validación"),
        choices=_METHODS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Elige cómo quieres validar tu identidad"),
            "invalid_choice": _("Esa forma de validar tu identidad no se puede usar ahora. Elige otra"),
        },
    )

    def __init__(self, methods: Iterable[str], *args: Any, **options: Any) -> None:
        """``methods`` are those that can be chosen."""
        super().__init__(*args, **options)
        offered = set(methods)
        method = self.fields["method"]
        assert isinstance(method, forms.ChoiceField)  # noqa: S101  for the type
        method.choices = [choice for choice in _METHODS if choice[0] in offered]


class PinAppForm(forms.Form):
    """Code and PIN of the Cl@ve PIN app."""

    code = SecretField(
        label=_("Código"),
        help_text=_("4 letras o números"),
        parse=parse_code,
        widget=_code_input(CODE_LENGTH, autocomplete="off"),
        error_messages={"required": _("Escribe el código que sale en la APP")},
    )
    pin = SecretField(
        label=_("PIN"),
        help_text=_("3 letras o números"),
        parse=parse_pin,
        widget=_code_input(PIN_LENGTH, autocomplete="one-time-code"),
        error_messages={"required": _("Escribe el PIN que sale en la APP")},
    )


class SmsPinForm(forms.Form):
    """The PIN that came by SMS."""

    pin = SecretField(
        label=_("PIN del SMS"),
        help_text=_("3 letras o números"),
        parse=parse_pin,
        widget=_code_input(PIN_LENGTH, autocomplete="one-time-code"),
        error_messages={"required": _("Escribe el PIN que viene en el SMS")},
    )


class ContrastForm(forms.Form):
    """The contrast datum of a document: it has the one field that this kind of document asks for."""

    issue_date = forms.CharField(
        label=_("Fecha de expedición del DNI"),
        help_text=_("Día, mes y año, por ejemplo 05/11/2021"),
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20", "placeholder": _("dd/mm/aaaa")}
        ),
        error_messages={"required": _("Escribe la fecha de expedición de tu DNI")},
    )
    expiry_date = forms.CharField(
        label=_("Fecha de validez del DNI"),
        help_text=_("Día, mes y año; si es permanente, 01/01/9999"),
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20", "placeholder": _("dd/mm/aaaa")}
        ),
        error_messages={"required": _("Escribe la fecha de validez de tu DNI")},
    )
    support_number = forms.CharField(
        label=_("Número de soporte del NIE"),
        help_text=_("Una E o una C y 8 números, por ejemplo E12345678"),
        widget=forms.TextInput(
            {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false", "maxlength": "20"}
        ),
        error_messages={"required": _("Escribe el número de soporte de tu documento")},
    )

    def __init__(self, document_kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = settings.DNI_CONTRAST if document_kind == "dni" else "support_number"
        self.fields = {self.kind: self.fields[self.kind]}

    def clean_issue_date(self) -> str:
        return parse_issue_date(self.cleaned_data["issue_date"]).isoformat()

    def clean_expiry_date(self) -> str:
        return parse_expiry_date(self.cleaned_data["expiry_date"]).isoformat()

    def clean_support_number(self) -> str:
        return parse_support_number(self.cleaned_data["support_number"])

    @property
    def contrast(self) -> Contrast:
        return Contrast(self.kind, self.cleaned_data[self.kind])
