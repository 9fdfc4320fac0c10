"""What must hold of a required datum, so that the form made of it can be shown and sent.

Threat: an editor's slip of the pen takes a procedure's page down for everybody.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import languages
from procedures.bounds import FIRST_DATE, FIRST_YEAR, USUAL_LENGTH, read_date, read_length, read_year

RESERVED = frozenset({"access", "identification", "csrfmiddlewaretoken"})
"""Fields that the start form has of its own."""
LONGEST_VALUE, LONGEST_LABEL, MOST_OPTIONS, MOST_YEARS = 60, 200, 100, 200
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Datum(Protocol):
    """What is looked at of a ``RequiredDatum``."""

    key: str
    type: str
    minimum: str
    maximum: str
    default: str
    options: Any


def datum_errors(datum: Datum) -> dict[str, str]:
    """A sentence for each field that is wrong; empty when the datum can be used."""
    wrong: dict[str, str] = {}
    if not _KEY.fullmatch(datum.key):
        wrong["key"] = _("Escribe la clave en minúsculas sin acentos, con números o guiones bajos si hacen falta")
    elif RESERVED.intersection(names_of(datum)):
        wrong["key"] = _("Esa clave ya la usa el formulario. Elige otra")
    match datum.type:
        case "year":
            wrong |= _wrong_year(datum)
        case "date" | "period":
            wrong |= _wrong_date(datum)
        case "text":
            wrong |= _wrong_text(datum)
        case "choice":
            wrong |= _wrong_choice(datum)
    return wrong


def names_of(datum: Datum) -> list[str]:
    """The names of the fields that the datum makes."""
    return [f"{datum.key}_from", f"{datum.key}_to"] if datum.type == "period" else [datum.key]


def duplicate_field_names(data: Iterable[Datum]) -> list[str]:
    """Names of fields that more than one datum makes."""
    counted = Counter(name for datum in data for name in names_of(datum))
    return sorted(name for name, times in counted.items() if times > 1)


def _wrong_year(datum: Datum) -> dict[str, str]:
    explained = _("«%(text)s» no es un año, como 2020, ni años contados desde el actual, como -5, 0 o +1")
    wrong, allowed = _bounds(datum, read_year, FIRST_YEAR, timezone.localdate().year, explained)
    if not wrong and len(allowed) > MOST_YEARS:
        wrong["minimum"] = _("Son demasiados años para elegir uno de ellos")
    if not wrong and datum.default:
        try:
            if read_year(datum.default, 0) not in allowed:
                wrong["default"] = _("El valor inicial no está entre los que se pueden elegir")
        except ValueError:
            wrong["default"] = explained % {"text": datum.default}
    return wrong


def _wrong_date(datum: Datum) -> dict[str, str]:
    def read(text: str, otherwise: int) -> int:
        return read_date(text, date.fromordinal(otherwise)).toordinal()

    explained = _("«%(text)s» no es una fecha, como 2020-12-31 o today, ni años contados desde hoy, como -5y")
    return _bounds(datum, read, FIRST_DATE.toordinal(), timezone.localdate().toordinal(), explained)[0]


def _wrong_text(datum: Datum) -> dict[str, str]:
    explained = _("«%(text)s» no es un número de caracteres, 2000 como mucho")
    wrong, allowed = _bounds(datum, read_length, 0, USUAL_LENGTH, explained)
    if not wrong and not allowed[-1]:
        wrong["maximum"] = explained % {"text": datum.maximum}
    return wrong


def _bounds(
    datum: Datum, read: Callable[[str, int], int], first: int, last: int, explained: str
) -> tuple[dict[str, str], range]:
    """What is wrong with minimum and maximum, and what they allow as they are read today."""
    wrong, bounds = {}, {"minimum": first, "maximum": last}
    for name, otherwise in list(bounds.items()):
        text = getattr(datum, name)
        try:
            bounds[name] = read(text, otherwise)
        except ValueError:
            wrong[name] = explained % {"text": text}
    allowed = range(bounds["minimum"], bounds["maximum"] + 1)
    if not wrong and not allowed:
        wrong["minimum"] = _("El mínimo no puede ser mayor que el máximo")
    return wrong, allowed


def _wrong_choice(datum: Datum) -> dict[str, str]:
    if not isinstance(datum.options, list) or not 0 < len(datum.options) <= MOST_OPTIONS:
        return {"options": _("Escribe las opciones entre las que se elige, 100 como mucho")}
    if not all(_is_option(option) for option in datum.options):
        said = _("Cada opción lleva un valor corto y su texto, al menos en español: %(example)s")
        return {"options": said % {"example": '{"value": "a", "label": {"es": "…", "en": "…"}}'}}
    values = [option["value"] for option in datum.options]
    if len(set(values)) < len(values):
        return {"options": _("Hay dos opciones con el mismo valor")}
    if datum.default and datum.default not in values:
        return {"default": _("El valor inicial no está entre los que se pueden elegir")}
    return {}


def _is_option(option: Any) -> bool:
    match option:
        case {"value": str(value), "label": dict(label)}:
            is_written = bool(label.get(languages.default()))
            return _is_text(value, LONGEST_VALUE) and is_written and all(map(_is_label, label.values()))
    return False


def _is_label(text: Any) -> bool:
    return text == "" or _is_text(text, LONGEST_LABEL)


def _is_text(text: Any, longest: int) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= longest and not _UNSEEN.search(text)
