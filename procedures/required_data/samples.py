"""Made-up data to try a connector with: nobody's, and valid for the form of a version."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from procedures.models import DatumType, ProcedureVersion, RequiredDatum
from procedures.required_data.bounds import FIRST_DATE, FIRST_YEAR, read_date, read_length, read_year
from procedures.required_data.checks import field_names
from procedures.required_data.form import RequiredDataForm

_TEXT = "PRUEBA "
_EXAMPLES = {
    DatumType.YES_NO: "yes",
    DatumType.EMAIL: "prueba@example.org",
    DatumType.IBAN: "ES9121000418450200051332",
    DatumType.IDENTITY_NUMBER: "00000000T",
    DatumType.PLATE: "0000BBB",
    DatumType.CADASTRAL_REFERENCE: "9872023VH5797S0001WX",
    DatumType.SOCIAL_SECURITY_NUMBER: "281234567840",
}


class NoValidSample(ValueError):
    """The form refuses the made-up values; the message names their fields."""


def sample_inputs(version: ProcedureVersion) -> dict[str, Any]:
    """Return inputs as the form of a citizen gives them. Raises ``NoValidSample``."""
    data = version.data
    form = RequiredDataForm(data, {name: value for datum in data for name, value in _sample(datum).items()})
    if not form.is_valid():
        raise NoValidSample(", ".join(form.errors))
    return form.inputs


def _sample(datum: RequiredDatum) -> dict[str, Any]:
    """Return what a person could type for one datum, by field name."""
    match datum.type:
        case DatumType.YEAR:
            last = read_year(datum.maximum, timezone.localdate().year)
            return {datum.key: read_year(datum.default, max(last - 1, read_year(datum.minimum, FIRST_YEAR)))}
        case DatumType.DATE | DatumType.PERIOD:
            last_day = read_date(datum.maximum, timezone.localdate())
            first_day = max(read_date(datum.minimum, FIRST_DATE), last_day - timedelta(days=20))
            if datum.type == DatumType.DATE:
                return {datum.key: f"{last_day:%d/%m/%Y}"}
            return {f"{datum.key}_from": f"{first_day:%d/%m/%Y}", f"{datum.key}_to": f"{last_day:%d/%m/%Y}"}
        case DatumType.CHOICE:
            return {datum.key: datum.default or (datum.options[0]["value"] if datum.options else "")}
        case DatumType.TEXT:
            shortest, longest = read_length(datum.minimum, 1), read_length(datum.maximum, len(_TEXT))
            return {datum.key: (_TEXT * (shortest // len(_TEXT) + 1)).strip().ljust(shortest, "X")[:longest]}
        case DatumType.NUMBER | DatumType.AMOUNT:
            return {datum.key: datum.default or datum.minimum or datum.maximum or "1"}
        case DatumType.ADDRESS:
            values = "Calle de la Prueba, 1", "28013", "Madrid"
            return dict(zip(field_names(datum), values, strict=True))
    return {datum.key: _EXAMPLES[DatumType(datum.type)]}
