"""Form fields for what people type or paste: cut by no browser, cleaned before it is read."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms.dates import YEARS_AHEAD, parse_date, parse_time
from foundation.text import clean_code

_MOMENT = re.compile(r"(.{6,}?)[T, ]+([0-9]{1,2}[:.h][0-9]{2}[:.0-9]*)")


class TypedField(forms.CharField):
    """A text for a parser. The browser is not told its longest length, as it would cut what is pasted."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text if clean_code(text) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class DateInput(forms.DateInput):
    """A text input for digits: in a phone's calendar a birth date is hundreds of taps away.

    ``data-date`` lets ``static/js/dates.js`` add the slashes. There is no ``maxlength``: it would cut what is pasted.
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


class TypedMomentField(forms.DateTimeField):
    """A day and a time of day in one input, as browsers send it or as somebody types it."""

    def to_python(self, value: Any) -> datetime | None:
        if not isinstance(value, str) or "\x00" in value:
            return super().to_python(value)
        typed = clean_code(value)
        if not (match := _MOMENT.fullmatch(typed)):
            return super().to_python(typed)
        return super().to_python(datetime.combine(parse_date(match[1], years_ahead=YEARS_AHEAD), parse_time(match[2])))
