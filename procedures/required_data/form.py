"""The form of a version's required data, and the typed inputs that it gives."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _

from procedures.models import DatumType, RequiredDatum
from procedures.required_data.checks import field_names
from procedures.required_data.fields import (
    NO,
    YES,
    form_fields,
    option_labels,
    show_amount,
    show_date,
    show_number,
)


class RequiredDataForm(forms.Form):
    """One field for each datum, two for a period, three for an address."""

    def __init__(self, required_data: Iterable[RequiredDatum], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.required_data = list(required_data)
        for datum in self.required_data:
            self.fields.update(form_fields(datum))

    def clean(self) -> dict[str, Any]:
        for datum in self.required_data:
            names = field_names(datum)
            if len(names) > 1 and self._is_whole(datum, names) and datum.type == DatumType.PERIOD:
                self._check_period(datum, names)
        return self.cleaned_data

    def _is_whole(self, datum: RequiredDatum, names: list[str]) -> bool:
        """Return whether each field has a value; an optional datum is given whole or not at all."""
        missing = [name for name in names if not self.cleaned_data.get(name)]
        if missing and len(missing) < len(names) and not any(name in self.errors for name in names):
            sentence = _("Escribe la fecha") if datum.type == DatumType.PERIOD else _("Rellena este dato")
            for name in missing:
                self.add_error(name, sentence)
        return not missing

    def _check_period(self, datum: RequiredDatum, names: list[str]) -> None:
        start, end = (self.cleaned_data[name] for name in names)
        if start > end:
            self.add_error(names[1], _("El final del periodo no puede ser anterior al principio"))
        elif datum.max_months and _months_between(start, end) > datum.max_months:
            message = _("El periodo puede ser de %(months)d meses como máximo") % {"months": datum.max_months}
            self.add_error(names[1], message)

    @property
    def types_dates(self) -> bool:
        """Whether the page needs ``static/js/dates.js``."""
        return any(datum.type in (DatumType.DATE, DatumType.PERIOD) for datum in self.required_data)

    @property
    def inputs(self) -> dict[str, Any]:
        """The values for the connector, as JSON has them (``docs/contracts/connector.yaml``), none that is empty."""
        names = [name for datum in self.required_data for name in field_names(datum)]
        values = {name: self.cleaned_data.get(name) for name in names}
        return {name: _as_json(value) for name, value in values.items() if value not in (None, "")}


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def initial_from(required_data: Iterable[RequiredDatum], inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the form's initial values for the inputs of an earlier access."""
    return inputs | {name: _initial(datum, inputs.get(name)) for datum in required_data for name in field_names(datum)}


def _initial(datum: RequiredDatum, value: Any) -> Any:
    """Return what the field shows; None for what is no such value, as the key may have had another type before."""
    match datum.type:
        case DatumType.DATE | DatumType.PERIOD:
            return _parse_date(value)
        case DatumType.YES_NO:
            return {True: YES, False: NO}.get(value) if isinstance(value, bool) else None
        case DatumType.AMOUNT:
            amount = _parse_amount(value)
            return None if amount is None else formats.number_format(amount)
        case DatumType.IBAN:
            return _in_fours(value) if isinstance(value, str) else None
    return value


def _parse_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _parse_amount(value: Any) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None


def display_rows(required_data: Iterable[RequiredDatum], inputs: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the label and the value of each input, as a person reads them."""
    return [
        (str(field.label), _display(datum, value))
        for datum in required_data
        for name, field in form_fields(datum).items()
        if (value := inputs.get(name)) is not None
    ]


def _display(datum: RequiredDatum, value: Any) -> str:
    match datum.type:
        case DatumType.DATE | DatumType.PERIOD:
            return show_date(date.fromisoformat(value))
        case DatumType.CHOICE:
            return option_labels(datum).get(value, str(value))
        case DatumType.YES_NO:
            return option_labels(datum)[YES if value else NO]
        case DatumType.NUMBER:
            return show_number(value)
        case DatumType.AMOUNT:
            return show_amount(Decimal(value))
        case DatumType.IBAN:
            return _in_fours(value)
    return str(value)


def _in_fours(account: str) -> str:
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))


def _months_between(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months + (1 if end.day > start.day else 0)
