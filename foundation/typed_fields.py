"""Form fields for what people type or paste: cut by no browser, cleaned before it is read."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.dates import parse_date, parse_time
from foundation.text import clean_code


class TypedField(forms.CharField):
    """A text for a parser. The browser is not told its longest length, as it would cut what is pasted."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text if clean_code(text) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class DateInput(forms.DateInput):
    """A text input for digits: in a phone's calendar a birth date is hundreds of taps away.

    ``data-date`` lets ``static/js/typing.js`` add the slashes. There is no ``maxlength``: it would cut what is pasted.
    """

    def __init__(self, **attributes: Any) -> None:
        hints = {"inputmode": "numeric", "autocomplete": "off", "placeholder": _("dd/mm/aaaa"), "data-date": True}
        super().__init__({**hints, **attributes}, format="%d/%m/%Y")


class TypedDateField(forms.DateField):
    """``years_ahead`` tells the century of two digits, as for ``parse_date``."""

    widget = DateInput

    def __init__(self, *, years_ahead: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.years_ahead = years_ahead

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or "\x00" in value:
            return super().to_python(value)
        return parse_date(value, years_ahead=self.years_ahead) if clean_code(value) else None


class TypedTimeField(forms.TimeField):
    def to_python(self, value: Any) -> time | None:
        if not isinstance(value, str) or "\x00" in value:
            return super().to_python(value)
        return parse_time(value) if clean_code(value) else None
