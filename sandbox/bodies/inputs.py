"""A procedure's required data as sent by the portal: dates in ISO 8601, and a period as two dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.problems import Problem

Values = Mapping[str, Any]
"""Parsed: ``int`` for a year or number, ``bool`` for yes or no, ``date`` for a date (two for a period), or ``str``."""


@dataclass(frozen=True)
class Datum:
    """A required datum: its key, its kind and, for a choice, the values allowed."""

    key: str
    kind: str
    choices: tuple[str, ...] = ()

    def read(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return this datum's parsed values by field name; raise ``Problem`` (422) if one is missing or invalid."""
        if self.kind == "period":
            first, last = _date(inputs, f"{self.key}_from"), _date(inputs, f"{self.key}_to")
            if first > last:
                raise _wrong("El periodo termina antes de empezar.")
            return {f"{self.key}_from": first, f"{self.key}_to": last}
        if self.kind == "year":
            return {self.key: _year(inputs, self.key)}
        if self.kind == "date":
            return {self.key: _date(inputs, self.key)}
        if self.kind in JSON_TYPES:
            return {self.key: _typed(inputs, self.key, JSON_TYPES[self.kind])}
        if self.kind == "address":
            parts = [Datum(f"{self.key}_{part}", kind) for part, kind in ADDRESS]
            return {name: value for part in parts for name, value in part.read(inputs).items()}
        return {self.key: self._text(inputs)}

    def _text(self, inputs: Mapping[str, Any]) -> str:
        value = inputs.get(self.key)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= 200:
            raise _missing(self.key)
        if self.kind == "choice":
            if value not in self.choices:
                raise _wrong(f"El dato «{NAMES[self.key]}» no es una de las opciones.")
            return value
        if self.kind == "text":
            return value.strip()
        if self.kind in ("amount", "email"):
            if not re.fullmatch(PATTERNS[self.kind], value):
                raise _wrong(f"El dato «{_name(self.key)}» no tiene la forma debida.")
            return value
        compact = re.sub(r"[\s.\-/]", "", value).upper()
        if not re.fullmatch(PATTERNS[self.kind], compact):
            raise _wrong(f"El dato «{_name(self.key)}» no tiene la forma debida.")
        return compact


JSON_TYPES = {"yes_no": bool, "number": int}
ADDRESS = (("street", "text"), ("postal_code", "postal_code"), ("town", "text"))
PATTERNS = {
    "amount": r"-?[0-9]{1,12}\.[0-9]{2}",
    "email": r"[^@\s]+@[^@\s]+",
    "iban": r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}",
    "identity_number": r"[0-9]{8}[A-Z]|[XYZ][0-9]{7}[A-Z]",
    "postal_code": r"[0-9]{5}",
    "plate": r"[0-9]{4}[A-Z]{3}|[A-Z]{1,3}[0-9]{1,6}[A-Z]{0,3}",
    "cadastral_reference": r"[0-9A-ZÑ]{20}",
    "social_security_number": r"[0-9]{12}",
}
NAMES = {
    "year": "año",
    "purpose": "finalidad",
    "period": "periodo",
    "date": "fecha",
    "social_security_number": "número de la Seguridad Social",
    "plate": "matrícula",
    "report": "tipo de informe",
    "cadastral_reference": "referencia catastral",
    "birth_date": "fecha de nacimiento",
    "birth_place": "lugar de nacimiento",
    "certificate": "tipo de certificado",
}


def read_inputs(data: tuple[Datum, ...], inputs: Any) -> Values:
    """Parse every required datum; raise ``Problem`` (422), whose detail names the fault, if one is wrong or missing."""
    if not isinstance(inputs, dict):
        raise _wrong("Faltan los datos que pide el trámite.")
    values: dict[str, Any] = {}
    for datum in data:
        values |= datum.read(inputs)
    return values


def _year(inputs: Mapping[str, Any], key: str) -> int:
    value = inputs.get(key)
    if value is None or value == "":
        raise _missing(key)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}", value):
        value = int(value)
    if not isinstance(value, int) or not 1900 <= value <= 2100:
        raise _wrong(f"El dato «{NAMES[key]}» no es un año.")
    return value


def _typed(inputs: Mapping[str, Any], key: str, kind: type) -> Any:
    value = inputs.get(key)
    if value is None:
        raise _missing(key)
    if type(value) is not kind:
        raise _wrong(f"El dato «{_name(key)}» no tiene la forma debida.")
    return value


def _date(inputs: Mapping[str, Any], key: str) -> date:
    value = inputs.get(key)
    if not isinstance(value, str) or not value:
        raise _missing(key)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _wrong(f"El dato «{_name(key)}» no es una fecha.") from error


def _name(key: str) -> str:
    for ending, word in (("_from", "principio del "), ("_to", "fin del ")):
        if key.endswith(ending):
            return word + NAMES[key.removesuffix(ending)]
    return NAMES.get(key, key)


def _missing(key: str) -> Problem:
    return _wrong(f"Falta el dato «{_name(key)}».")


def _wrong(detail: str) -> Problem:
    return Problem(422, "invalid-input", detail)


def year() -> Datum:
    return Datum("year", "year")


def choice(key: str, *choices: str) -> Datum:
    return Datum(key, "choice", choices)
