"""Made-up data for a try of a connector: nobody's, and such that the form of a version would take them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from procedures.bounds import FIRST_DATE, FIRST_YEAR, read_date, read_length, read_year
from procedures.models import DatumType, ProcedureVersion, RequiredDatum
from procedures.required_data import RequiredDataForm

_TEXT = "PRUEBA "
_NUMBERS = {
    DatumType.PLATE: "0000BBB",
    DatumType.CADASTRAL_REFERENCE: "9872023VH5797S0001WX",
    DatumType.SOCIAL_SECURITY_NUMBER: "281234567840",
}


class NoneFits(ValueError):
    """No made-up value is taken; the message names the data."""


def sample_inputs(version: ProcedureVersion) -> dict[str, Any]:
    """Inputs as a citizen's form would give them; raises ``NoneFits``."""
    data = version.data
    typed: dict[str, Any] = {}
    for datum in data:
        typed |= _typed(datum)
    form = RequiredDataForm(data, typed)
    if not form.is_valid():
        raise NoneFits(", ".join(form.errors))
    return form.inputs


def _typed(datum: RequiredDatum) -> dict[str, Any]:
    """What somebody could type for one datum."""
    match datum.type:
        case DatumType.YEAR:
            return {datum.key: _year(datum)}
        case DatumType.DATE | DatumType.PERIOD:
            last = read_date(datum.maximum, timezone.localdate())
            first = max(read_date(datum.minimum, FIRST_DATE), last - timedelta(days=20))
            if datum.type == DatumType.DATE:
                return {datum.key: f"{last:%d/%m/%Y}"}
            return {f"{datum.key}_from": f"{first:%d/%m/%Y}", f"{datum.key}_to": f"{last:%d/%m/%Y}"}
        case DatumType.CHOICE:
            return {datum.key: datum.default or (datum.options[0]["value"] if datum.options else "")}
        case DatumType.TEXT:
            shortest, longest = read_length(datum.minimum, 1), read_length(datum.maximum, len(_TEXT))
            return {datum.key: (_TEXT * (shortest // len(_TEXT) + 1)).strip().ljust(shortest, "X")[:longest]}
    return {datum.key: _NUMBERS[DatumType(datum.type)]}


def _year(datum: RequiredDatum) -> int:
    last = read_year(datum.maximum, timezone.localdate().year)
    return read_year(datum.default, last) if datum.default else max(last - 1, read_year(datum.minimum, FIRST_YEAR))
