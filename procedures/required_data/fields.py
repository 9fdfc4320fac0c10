"""The form fields of each kind of required datum."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import languages
from foundation.forms.dates import YEARS_AHEAD
from foundation.forms.fields import TypedDateField, TypedField
from foundation.text import clean_text
from procedures.models import DatumType, RequiredDatum
from procedures.required_data.amounts import parse_amount, parse_number
from procedures.required_data.bounds import (
    AMOUNTS,
    DEFAULT_TEXT_LENGTH,
    FIRST_DATE,
    FIRST_YEAR,
    NUMBERS,
    read_amount,
    read_date,
    read_length,
    read_number,
    read_year,
)
from procedures.required_data.contact import parse_email, parse_iban, parse_persons_number, parse_postal_code
from procedures.required_data.plates import parse_plate
from procedures.required_data.spanish_numbers import parse_cadastral_reference, parse_social_security_number

YES, NO = "yes", "no"
CAPITALS = {"autocomplete": "off", "autocorrect": "off", "spellcheck": "false", "autocapitalize": "characters"}
DIGITS = {"autocomplete": "off", "inputmode": "numeric"}

type Common = dict[str, Any]


def form_fields(datum: RequiredDatum) -> dict[str, forms.Field]:
    """Return the form fields of one datum by their names."""
    common: Common = {"required": datum.required, "label": datum.label, "help_text": datum.hint}
    match datum.type:
        case DatumType.PERIOD:
            since = _("%(label)s: desde") % {"label": datum.label}
            until = _("%(label)s: hasta") % {"label": datum.label}
            return {
                f"{datum.key}_from": _date(datum, {**common, "label": since}),
                f"{datum.key}_to": _date(datum, {**common, "label": until, "help_text": ""}),
            }
        case DatumType.ADDRESS:
            return _address(datum, common)
    return {datum.key: _MAKERS[DatumType(datum.type)](datum, common)}


def option_labels(datum: RequiredDatum) -> dict[str, str]:
    """Return the label of each value, in the language in use."""
    if datum.type == DatumType.YES_NO:
        return {YES: _("Sí"), NO: _("No")}
    return {option["value"]: languages.in_current(option["label"]) for option in datum.options}


def show_date(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def show_number(number: int | Decimal) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def show_amount(amount: Decimal) -> str:
    return f"{show_number(amount)}\u00a0€"


# --- Choices ---


def _year(datum: RequiredDatum, common: Common) -> forms.Field:
    now = timezone.localdate().year
    first, last = read_year(datum.minimum, FIRST_YEAR), read_year(datum.maximum, now)
    return forms.TypedChoiceField(
        **common,
        coerce=int,
        empty_value=None,
        choices=[("", _("Elige un año")), *((year, str(year)) for year in range(last, first - 1, -1))],
        initial=read_year(datum.default, 0) or None,
        error_messages={
            "required": _("Elige el año"),
            "invalid_choice": _("Elige un año entre %(first)d y %(last)d") % {"first": first, "last": last},
        },
    )


def _choice(datum: RequiredDatum, common: Common) -> forms.Field:
    choices = list(option_labels(datum).items())
    none = _("Sin responder") if datum.type == DatumType.YES_NO else _("Ninguna")
    return forms.TypedChoiceField(
        **common,
        coerce=lambda value: value == YES if datum.type == DatumType.YES_NO else value,
        empty_value=None,
        choices=choices if datum.required else [("", none), *choices],
        widget=forms.RadioSelect,
        initial=datum.default or None,
        error_messages={
            "required": _("Elige una opción"),
            "invalid_choice": _("Elige una de las opciones de la lista"),
        },
    )


# --- What is typed ---


class _ParsedField(TypedField):
    """A value that ``parse`` brings into the form in which it is sent, between two bounds where it has them."""

    def __init__(
        self,
        *,
        parse: Callable[[str], Any],
        bounds: tuple[Any, Any] | None = None,
        show: Callable[[Any], str] = str,
        **options: Any,
    ) -> None:
        super().__init__(max_length=254, error_messages={"required": gettext_lazy("Rellena este dato")}, **options)
        self.parse, self.bounds, self.show = parse, bounds, show

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._within_bounds(self.parse(text)) if text else None

    def _within_bounds(self, value: Any) -> Any:
        if self.bounds and not self.bounds[0] <= value <= self.bounds[1]:
            first, last = map(self.show, self.bounds)
            raise ValidationError(_("Escribe una cantidad entre %(first)s y %(last)s") % {"first": first, "last": last})
        return value


class _DateField(TypedDateField):
    """A date between two bounds."""

    def __init__(self, *, first: date, last: date, **options: Any) -> None:
        ahead = min(last.year - timezone.localdate().year, YEARS_AHEAD)
        super().__init__(years_ahead=ahead, **options)
        self.first, self.last = first, last

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not self.first <= value <= self.last:
            raise ValidationError(
                _("Escribe una fecha entre el %(first)s y el %(last)s")
                % {"first": show_date(self.first), "last": show_date(self.last)}
            )


class _TextField(TypedField):
    """One line of text, whose length counts without invisible characters, as it is sent on."""

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value))


def _date(datum: RequiredDatum, common: Common) -> forms.Field:
    return _DateField(
        **common,
        first=read_date(datum.minimum, FIRST_DATE),
        last=read_date(datum.maximum, timezone.localdate()),
        error_messages={
            "required": _("Escribe la fecha"),
            "invalid": _("Escribe una fecha que exista, así: día/mes/año, por ejemplo 05/11/2021"),
        },
    )


def _text(datum: RequiredDatum, common: Common) -> forms.Field:
    return _line(common, read_length(datum.minimum, 0), read_length(datum.maximum, DEFAULT_TEXT_LENGTH))


def _line(common: Common, shortest: int, longest: int, **attributes: Any) -> forms.Field:
    return _TextField(
        **common,
        min_length=shortest or None,
        max_length=longest,
        widget=forms.TextInput(attributes),
        error_messages={
            "required": _("Rellena este dato"),
            "min_length": _("Escribe al menos %(limit_value)d caracteres"),
            "max_length": _("Escribe como mucho %(limit_value)d caracteres"),
        },
    )


def _number(datum: RequiredDatum, common: Common) -> forms.Field:
    bounds = read_number(datum.minimum, NUMBERS[0]), read_number(datum.maximum, NUMBERS[1])
    return _quantity(datum, common, parse_number, bounds, show_number, "numeric")


def _amount(datum: RequiredDatum, common: Common) -> forms.Field:
    bounds = read_amount(datum.minimum, AMOUNTS[0]), read_amount(datum.maximum, AMOUNTS[1])
    return _quantity(datum, common, parse_amount, bounds, show_amount, "decimal")


def _quantity(
    datum: RequiredDatum, common: Common, parse: Any, bounds: tuple[Any, Any], show: Any, keypad: str
) -> forms.Field:
    """Number pads have no minus sign: where less than zero is allowed, the whole keyboard is offered."""
    attributes = {"autocomplete": "off", "inputmode": "text" if bounds[0] < 0 else keypad}
    initial = datum.default.replace(".", formats.get_format("DECIMAL_SEPARATOR")) or None
    widget = forms.TextInput(attributes)
    return _ParsedField(**common, parse=parse, bounds=bounds, show=show, widget=widget, initial=initial)


def _parsed(parse: Callable[[str], Any], attributes: dict[str, Any]) -> "_Maker":
    return lambda datum, common: _ParsedField(**common, parse=parse, widget=forms.TextInput(attributes))


def _email(datum: RequiredDatum, common: Common) -> forms.Field:
    attributes = {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
    return _ParsedField(**common, parse=parse_email, widget=forms.EmailInput(attributes))


def _address(datum: RequiredDatum, common: Common) -> dict[str, forms.Field]:
    street = _("%(label)s: calle, número y piso") % {"label": datum.label}
    code = _("%(label)s: código postal") % {"label": datum.label}
    town = _("%(label)s: localidad") % {"label": datum.label}
    digits = forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"})
    rest = {**common, "help_text": ""}
    return {
        f"{datum.key}_street": _line({**common, "label": street}, 0, 120, autocomplete="address-line1"),
        f"{datum.key}_postal_code": _ParsedField(**{**rest, "label": code}, parse=parse_postal_code, widget=digits),
        f"{datum.key}_town": _line({**rest, "label": town}, 0, 80, autocomplete="address-level2"),
    }


type _Maker = Callable[[RequiredDatum, Common], forms.Field]

_MAKERS: dict[DatumType, _Maker] = {
    DatumType.YEAR: _year,
    DatumType.DATE: _date,
    DatumType.CHOICE: _choice,
    DatumType.YES_NO: _choice,
    DatumType.TEXT: _text,
    DatumType.NUMBER: _number,
    DatumType.AMOUNT: _amount,
    DatumType.EMAIL: _email,
    DatumType.IBAN: _parsed(parse_iban, CAPITALS),
    DatumType.IDENTITY_NUMBER: _parsed(parse_persons_number, CAPITALS),
    DatumType.PLATE: _parsed(parse_plate, CAPITALS),
    DatumType.CADASTRAL_REFERENCE: _parsed(parse_cadastral_reference, CAPITALS),
    DatumType.SOCIAL_SECURITY_NUMBER: _parsed(parse_social_security_number, {**DIGITS, "spellcheck": "false"}),
}
