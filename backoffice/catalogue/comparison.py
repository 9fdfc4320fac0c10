"""Two versions of a procedure compared: each text in each language, and the required data by their keys."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from backoffice.catalogue.text_diff import Part, diff_texts
from foundation import languages
from foundation.pages import Text
from procedures.models import ProcedureVersion, RequiredDatum

TEXTS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis", "keywords")
RULES = (
    "kind",
    "level",
    "methods",
    "connector",
    "honours_idempotency_key",
    "mapping",
    "retention_days",
    "expected_seconds",
)
DATUM_TEXTS = ("label", "hint")
DATUM_RULES = ("type", "order", "required", "minimum", "maximum", "default", "max_months", "options")
LONE_DATUM_RULES = ("type", "minimum", "maximum", "options")


@dataclass(frozen=True)
class FieldDifference:
    """A field whose values differ; ``language`` is empty for fields without translations."""

    label: Text
    parts: Sequence[Part]
    language: str = ""


@dataclass(frozen=True)
class DatumDifference:
    """A required datum; ``kind`` is ``new``, ``gone`` or ``changed``."""

    key: str
    kind: str
    differences: list[FieldDifference] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    older: ProcedureVersion
    newer: ProcedureVersion
    differences: list[FieldDifference]
    data: list[DatumDifference]

    @property
    def is_empty(self) -> bool:
        return not self.differences and not self.data


def compare_versions(older: ProcedureVersion, newer: ProcedureVersion) -> Comparison:
    """Compare two versions, in two queries for their required data."""
    before = {datum.key: datum for datum in older.required_data.all()}
    after = {datum.key: datum for datum in newer.required_data.all()}
    data = [DatumDifference(key, "gone", _lone_datum(datum, None)) for key, datum in before.items() if key not in after]
    for key, datum in after.items():
        if key not in before:
            data.append(DatumDifference(key, "new", _lone_datum(None, datum)))
        elif changed := _compare_rows(before[key], datum, DATUM_TEXTS, DATUM_RULES):
            data.append(DatumDifference(key, "changed", changed))
    return Comparison(older, newer, _compare_rows(older, newer, TEXTS, RULES), data)


def _compare_rows(
    older: models.Model, newer: models.Model, texts: tuple[str, ...], rules: tuple[str, ...]
) -> list[FieldDifference]:
    fields = [
        (name, language, languages.column(name, code)) for name in texts for code, language in languages.names().items()
    ]
    fields += [(name, "", name) for name in rules]
    differences = []
    for name, language, field in fields:
        before, after = _display(older, field), _display(newer, field)
        if before != after:
            label = str(newer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            differences.append(FieldDifference(label, diff_texts(before, after), language))
    return differences


def _lone_datum(older: RequiredDatum | None, newer: RequiredDatum | None) -> list[FieldDifference]:
    """Describe a datum that only one of the versions has."""
    blank = RequiredDatum()
    return _compare_rows(older or blank, newer or blank, DATUM_TEXTS, LONE_DATUM_RULES)


def _display(row: models.Model, name: str) -> str:
    """Return a value as people read it."""
    value: Any = getattr(row, name)
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, indent=1) if value else ""
    choice = getattr(row, f"get_{name}_display", None)
    return str(choice() if choice else "" if value is None else value)
