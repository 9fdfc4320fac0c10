"""The form of a version's required data, and the typed inputs that it gives."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import languages
from foundation.text import clean_code, clean_text
from procedures.models import DatumType, RequiredDatum
from procedures.required_data.bounds import (
    DEFAULT_TEXT_LENGTH,
    FIRST_DATE,
    FIRST_YEAR,
    read_date,
    read_length,
    read_year,
)
from procedures.required_data.checks import field_names
from procedures.required_data.spanish_numbers import (
    parse_cadastral_reference,
    parse_plate,
    parse_social_security_number,
)

DATE_INPUTS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d"]


class RequiredDataForm(forms.Form):
    """One field for each datum, two for a period."""

    def __init__(self, required_data: Iterable[RequiredDatum], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.required_data = list(required_data)
        for datum in self.required_data:
            self.fields.update(form_fields(datum))

    def clean(self) -> dict[str, Any]:
        for datum in self.required_data:
            if datum.type == DatumType.PERIOD:
                self._check_period(datum)
        return self.cleaned_data

    def _check_period(self, datum: RequiredDatum) -> None:
        names = field_names(datum)
        start, end = (self.cleaned_data.get(name) for name in names)
        if not start or not end:
            if (start or end) and not any(name in self.errors for name in names):  # an optional one, half filled in
                self.add_error(names[0] if end else names[1], _("Escribe la fecha"))
            return
        if start > end:
            self.add_error(names[1], _("El final del periodo no puede ser anterior al principio"))
        elif datum.max_months and _months_between(start, end) > datum.max_months:
            message = _("El periodo puede ser de %(months)d meses como máximo") % {"months": datum.max_months}
            self.add_error(names[1], message)

    @property
    def inputs(self) -> dict[str, Any]:
        """The values for the connector, as JSON has them: dates in ISO 8601, years as numbers, none that is empty."""
        names = [name for datum in self.required_data for name in field_names(datum)]
        values = {name: self.cleaned_data.get(name) for name in names}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in values.items()
            if value not in (None, "")
        }


def initial_from(required_data: Iterable[RequiredDatum], inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the form's initial values for the inputs of an earlier access."""
    dates = [datum for datum in required_data if datum.type in (DatumType.DATE, DatumType.PERIOD)]
    return inputs | {name: _parse_date(inputs.get(name)) for datum in dates for name in field_names(datum)}


def _parse_date(value: Any) -> date | None:
    """Return None for what is no date, as the key may have been another type's in an earlier version."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def display_rows(required_data: Iterable[RequiredDatum], inputs: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the label and the value of each input, as a person reads them."""
    return [
        (str(field.label), _display(datum, value))
        for datum in required_data
        for name, field in form_fields(datum).items()
        if (value := inputs.get(name)) is not None
    ]


def form_fields(datum: RequiredDatum) -> dict[str, forms.Field]:
    """Return the form fields of one datum by their names."""
    common = {"required": datum.required, "label": datum.label, "help_text": datum.hint}
    match datum.type:
        case DatumType.YEAR:
            return {datum.key: _year(datum, common)}
        case DatumType.DATE:
            return {datum.key: _date(datum, common)}
        case DatumType.PERIOD:
            since = _("%(label)s: desde") % {"label": datum.label}
            until = _("%(label)s: hasta") % {"label": datum.label}
            return {
                f"{datum.key}_from": _date(datum, {**common, "label": since}),
                f"{datum.key}_to": _date(datum, {**common, "label": until, "help_text": ""}),
            }
        case DatumType.CHOICE:
            return {datum.key: _choice(datum, common)}
        case DatumType.TEXT:
            return {datum.key: _text(datum, common)}
    return {datum.key: _parsed(datum, common)}


def _year(datum: RequiredDatum, common: dict[str, Any]) -> forms.Field:
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


class _DateField(forms.DateField):
    """A date between two bounds, in the ways in which people in Spain type it."""

    def __init__(self, *, first: date, last: date, **options: Any) -> None:
        super().__init__(input_formats=DATE_INPUTS, **options)
        self.first, self.last = first, last

    def to_python(self, value: Any) -> date | None:
        return super().to_python(clean_code(value) if isinstance(value, str) and "\x00" not in value else value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not self.first <= value <= self.last:
            raise ValidationError(
                _("Escribe una fecha entre el %(first)s y el %(last)s")
                % {"first": _format_date(self.first), "last": _format_date(self.last)}
            )


def _date(datum: RequiredDatum, common: dict[str, Any]) -> forms.Field:
    return _DateField(
        **common,
        first=read_date(datum.minimum, FIRST_DATE),
        last=read_date(datum.maximum, timezone.localdate()),
        widget=forms.DateInput(
            {"inputmode": "numeric", "placeholder": _("dd/mm/aaaa"), "autocomplete": "off", "maxlength": "10"},
            format="%d/%m/%Y",
        ),
        error_messages={
            "required": _("Escribe la fecha"),
            "invalid": _("Escribe una fecha que exista, así: día/mes/año, por ejemplo 05/11/2021"),
        },
    )


def _choice(datum: RequiredDatum, common: dict[str, Any]) -> forms.Field:
    choices = list(_option_labels(datum).items())
    return forms.ChoiceField(
        **common,
        choices=choices if datum.required else [("", _("Ninguna")), *choices],
        widget=forms.RadioSelect,
        initial=datum.default or None,
        error_messages={
            "required": _("Elige una opción"),
            "invalid_choice": _("Elige una de las opciones de la lista"),
        },
    )


def _option_labels(datum: RequiredDatum) -> dict[str, str]:
    """Return the label of each value, in the language in use."""
    return {option["value"]: languages.in_current(option["label"]) for option in datum.options}


class _TextField(forms.CharField):
    """One line of text, whose length counts without invisible characters, as it is sent on."""

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


def _text(datum: RequiredDatum, common: dict[str, Any]) -> forms.Field:
    return _TextField(
        **common,
        min_length=read_length(datum.minimum, 0) or None,
        max_length=read_length(datum.maximum, DEFAULT_TEXT_LENGTH),
        error_messages={
            "required": _("Rellena este dato"),
            "min_length": _("Escribe al menos %(limit_value)d caracteres"),
            "max_length": _("Escribe como mucho %(limit_value)d caracteres"),
        },
    )


class _ParsedField(forms.CharField):
    """A number with rules of its own, brought into its compact form."""

    parsers = {
        DatumType.PLATE: parse_plate,
        DatumType.CADASTRAL_REFERENCE: parse_cadastral_reference,
        DatumType.SOCIAL_SECURITY_NUMBER: parse_social_security_number,
    }

    def __init__(self, *, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.parse = self.parsers[DatumType(kind)]

    def clean(self, value: Any) -> str:
        text = clean_code(super().clean(value))
        return self.parse(text) if text or self.required else ""


def _parsed(datum: RequiredDatum, common: dict[str, Any]) -> forms.Field:
    attributes = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
    if datum.type == DatumType.SOCIAL_SECURITY_NUMBER:
        attributes["inputmode"] = "numeric"
    return _ParsedField(
        **common,
        kind=datum.type,
        max_length=40,
        widget=forms.TextInput(attributes),
        error_messages={"required": gettext_lazy("Rellena este dato")},
    )


def _display(datum: RequiredDatum, value: Any) -> str:
    if datum.type in (DatumType.DATE, DatumType.PERIOD):
        return _format_date(date.fromisoformat(value))
    if datum.type == DatumType.CHOICE:
        return _option_labels(datum).get(value, str(value))
    return str(value)


def _format_date(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _months_between(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months + (1 if end.day > start.day else 0)
