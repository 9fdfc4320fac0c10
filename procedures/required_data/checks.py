"""What must hold of a required datum for the form made from it to be shown and sent.

Threat: an editor's slip of the pen takes a procedure's page down for everybody.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import languages
from procedures.required_data.bounds import (
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

RESERVED_NAMES = frozenset({"access", "identification", "csrfmiddlewaretoken"})
"""Names of the start form's own fields."""
MAX_VALUE_LENGTH, MAX_LABEL_LENGTH, MAX_OPTIONS, MAX_YEARS = 60, 200, 100, 200
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

_ENDINGS = {"period": ("_from", "_to"), "address": ("_street", "_postal_code", "_town")}

type Errors = dict[str, str]


class Datum(Protocol):
    """The part of ``RequiredDatum`` that is checked."""

    key: str
    type: str
    minimum: str
    maximum: str
    default: str
    options: Any


def datum_errors(datum: Datum) -> Errors:
    """Return a sentence for each attribute that is wrong; none when the datum can be used."""
    errors: Errors = {}
    if not _KEY.fullmatch(datum.key):
        errors["key"] = _("Escribe la clave en minúsculas sin acentos, con números o guiones bajos si hacen falta")
    elif RESERVED_NAMES.intersection(field_names(datum)):
        errors["key"] = _("Esa clave ya la usa el formulario. Elige otra")
    match datum.type:
        case "year":
            errors |= _year_errors(datum)
        case "date" | "period":
            errors |= _date_errors(datum)
        case "text":
            errors |= _text_errors(datum)
        case "choice":
            errors |= _choice_errors(datum)
        case "number" | "amount":
            errors |= _quantity_errors(datum)
        case "yes_no" if datum.default not in ("", "yes", "no"):
            errors["default"] = _("El valor inicial puede ser yes o no")
    return errors


def field_names(datum: Datum) -> list[str]:
    """Return the names of the form fields of a datum, which are also the keys of its inputs."""
    return [f"{datum.key}{ending}" for ending in _ENDINGS.get(datum.type, ("",))]


def duplicate_field_names(data: Iterable[Datum]) -> list[str]:
    """Return the field names that more than one datum makes."""
    counted = Counter(name for datum in data for name in field_names(datum))
    return sorted(name for name, times in counted.items() if times > 1)


def _year_errors(datum: Datum) -> Errors:
    explanation = _("«%(text)s» no es un año, como 2020, ni años contados desde el actual, como -5, 0 o +1")
    errors, years = _read_bounds(datum, read_year, FIRST_YEAR, timezone.localdate().year, explanation)
    if not errors and len(years) > MAX_YEARS:
        errors["minimum"] = _("Son demasiados años para elegir uno de ellos")
    if not errors and datum.default:
        try:
            if read_year(datum.default, 0) not in years:
                errors["default"] = _("El valor inicial no está entre los que se pueden elegir")
        except ValueError:
            errors["default"] = explanation % {"text": datum.default}
    return errors


def _date_errors(datum: Datum) -> Errors:
    def read(text: str, default: int) -> int:
        return read_date(text, date.fromordinal(default)).toordinal()

    explanation = _("«%(text)s» no es una fecha, como 2020-12-31 o today, ni años contados desde hoy, como -5y")
    return _read_bounds(datum, read, FIRST_DATE.toordinal(), timezone.localdate().toordinal(), explanation)[0]


def _text_errors(datum: Datum) -> Errors:
    explanation = _("«%(text)s» no es un número de caracteres, 2000 como mucho")
    errors, lengths = _read_bounds(datum, read_length, 0, DEFAULT_TEXT_LENGTH, explanation)
    if not errors and not lengths[-1]:
        errors["maximum"] = explanation % {"text": datum.maximum}
    return errors


def _quantity_errors(datum: Datum) -> Errors:
    """Check amounts as cents."""

    def read(text: str, default: int) -> int:
        return read_number(text, default) if datum.type == "number" else int(read_amount(text, Decimal(default)) * 100)

    explanation = _("«%(text)s» no es un número, como 1500; en una cantidad puede llevar céntimos, como 1500.50")
    first, last = (int(bound) for bound in NUMBERS)
    errors, allowed = _read_bounds(datum, read, first, last, explanation)
    if not errors and datum.default:
        try:
            if read(datum.default, 0) not in allowed:
                errors["default"] = _("El valor inicial no está entre los que se pueden elegir")
        except ValueError:
            errors["default"] = explanation % {"text": datum.default}
    return errors


def _read_bounds(
    datum: Datum, read: Callable[[str, int], int], first: int, last: int, explanation: str
) -> tuple[Errors, range]:
    """Return what is wrong with minimum and maximum, and the values that they allow today."""
    errors, bounds = {}, {"minimum": first, "maximum": last}
    for name, default in list(bounds.items()):
        text = getattr(datum, name)
        try:
            bounds[name] = read(text, default)
        except ValueError:
            errors[name] = explanation % {"text": text}
    allowed = range(bounds["minimum"], bounds["maximum"] + 1)
    if not errors and not allowed:
        errors["minimum"] = _("El mínimo no puede ser mayor que el máximo")
    return errors, allowed


def _choice_errors(datum: Datum) -> Errors:
    if not isinstance(datum.options, list) or not 0 < len(datum.options) <= MAX_OPTIONS:
        return {"options": _("Escribe las opciones entre las que se elige, 100 como mucho")}
    if not all(map(_is_option, datum.options)):
        message = _("Cada opción lleva un valor corto y su texto, al menos en español: %(example)s")
        return {"options": message % {"example": '{"value": "a", "label": {"es": "…", "en": "…"}}'}}
    values = [option["value"] for option in datum.options]
    if len(set(values)) < len(values):
        return {"options": _("Hay dos opciones con el mismo valor")}
    if datum.default and datum.default not in values:
        return {"default": _("El valor inicial no está entre los que se pueden elegir")}
    return {}


def _is_option(option: Any) -> bool:
    match option:
        case {"value": str(value), "label": dict(label)} if label.get(languages.default()):
            texts = [text for text in label.values() if text != ""]
            return _is_text(value, MAX_VALUE_LENGTH) and all(_is_text(text, MAX_LABEL_LENGTH) for text in texts)
    return False


def _is_text(text: Any, max_length: int) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= max_length and not _CONTROL_CHARACTERS.search(text)
