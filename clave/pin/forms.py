"""Forms for the validation steps."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clave.models import Method
from clave.pin.codes import CODE_LENGTH, PIN_LENGTH, code_in_message, parse_code, parse_pin
from clave.pin.contrast import parse_expiry_date, parse_issue_date, parse_support_number
from clave.pin.gateways.base import Contrast
from foundation.forms.fields import DateInput, TypedField
from foundation.pages import Text


class SecretField(TypedField):
    """A code or PIN of ``length`` characters, never rendered back, not even with an error.

    The stylesheet shows capitals and the server makes them: a script that rewrote the field would fight with keyboards
    that compose. A whole SMS may be pasted.
    """

    def __init__(self, *, parse: Callable[[str], str], length: int, autocomplete: str, **options: Any) -> None:
        attributes = {
            "class": "code",
            "autocapitalize": "characters",
            "autocorrect": "off",
            "spellcheck": "false",
            "inputmode": "text",
            "data-code": str(length),
            "autocomplete": autocomplete,
        }
        super().__init__(widget=forms.TextInput(attributes), **options)
        self.parse = parse

    def clean(self, value: Any) -> str:
        return self.parse(super().clean(value))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        return _BlankBoundField(form, self, field_name)


class _BlankBoundField(forms.BoundField):
    def value(self) -> None:
        return None


def _pin_field(label: Text, required: Text) -> SecretField:
    return SecretField(
        label=label,
        help_text=_("3 letras o números"),
        parse=parse_pin,
        length=PIN_LENGTH,
        autocomplete="one-time-code",
        error_messages={"required": required},
    )


_SENDS_ITSELF = {
    "data-hint": _("3 letras o números: se envía solo"),
    "data-sending": _("Enviando…"),
    "data-stop": _("Cancelar"),
}
"""Texts for ``static/js/pin.js``."""
_METHODS = [(Method.PIN_APP, _("Con la APP Cl@ve PIN")), (Method.SMS, _("Con un SMS"))]


class MethodForm(forms.Form):
    """Choice of the validation method, with nothing preselected."""

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
        """Offer only ``methods``."""
        super().__init__(*args, **options)
        offered = set(methods)
        method = self.fields["method"]
        assert isinstance(method, forms.ChoiceField)  # noqa: S101  narrows the type
        method.choices = [choice for choice in _METHODS if choice[0] in offered]


class PinAppForm(forms.Form):
    """Code and PIN shown by the Cl@ve PIN app."""

    code = SecretField(
        label=_("Código"),
        help_text=_("4 letras o números"),
        parse=parse_code,
        length=CODE_LENGTH,
        autocomplete="off",
        error_messages={"required": _("Escribe el código que sale en la APP")},
    )
    pin = _pin_field(_("PIN"), _("Escribe el PIN que sale en la APP"))


class SmsPinForm(forms.Form):
    """The PIN sent by SMS."""

    pin = _pin_field(_("PIN del SMS"), _("Escribe el PIN que viene en el SMS"))

    def __init__(self, *args: Any, access_code: str = "", **options: Any) -> None:
        """Take no pasted SMS of another request than the one with this access code: its PIN would cost a try."""
        super().__init__(*args, **options)
        self.fields["pin"].widget.attrs.update(_SENDS_ITSELF)
        self.access_code = access_code

    def clean_pin(self) -> str:
        named = code_in_message(self.data.get("pin", ""))
        if named and self.access_code and named != self.access_code:
            raise ValidationError(
                _("Ese SMS es de otra petición: su código no es %(code)s. Busca el SMS más reciente"),
                code="other_request",
                params={"code": self.access_code},
            )
        return str(self.cleaned_data["pin"])


class ContrastForm(forms.Form):
    """The contrast datum, in the one field that this kind of document requires."""

    issue_date = TypedField(
        label=_("Fecha de expedición del DNI"),
        help_text=_("Día, mes y año, por ejemplo 05/11/2021"),
        widget=DateInput(),
        error_messages={"required": _("Escribe la fecha de expedición de tu DNI")},
    )
    expiry_date = TypedField(
        label=_("Fecha de validez del DNI"),
        help_text=_("Día, mes y año; si es permanente, 01/01/9999"),
        widget=DateInput(),
        error_messages={"required": _("Escribe la fecha de validez de tu DNI")},
    )
    support_number = TypedField(
        label=_("Número de soporte del NIE"),
        help_text=_("Una E o una C y 8 números, por ejemplo E12345678"),
        widget=forms.TextInput(
            {"autocapitalize": "characters", "autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}
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
