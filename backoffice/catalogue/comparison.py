"""Two versions of a procedure beside each other: each text in each language, and the required data by their keys."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from backoffice.catalogue.text_diff import Part, parts
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


@dataclass(frozen=True)
class Difference:
    """One field that says something else; ``language`` is empty where it says the same in all."""

    label: Text
    parts: Sequence[Part]
    language: str = ""


@dataclass(frozen=True)
class DatumDifference:
    """A required datum that was added (``new``), taken away (``gone``) or changed (``changed``)."""

    key: str
    kind: str
    differences: list[Difference] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """All that is different between an older and a newer version."""

    older: ProcedureVersion
    newer: ProcedureVersion
    differences: list[Difference]
    data: list[DatumDifference]

    @property
    def is_empty(self) -> bool:
        return not self.differences and not self.data


def compare(older: ProcedureVersion, newer: ProcedureVersion) -> Comparison:
    """Two queries, for their data."""
    before = {datum.key: datum for datum in older.required_data.all()}
    after = {datum.key: datum for datum in newer.required_data.all()}
    data = [DatumDifference(key, "gone", _all(datum, gone=True)) for key, datum in before.items() if key not in after]
    for key, datum in after.items():
        if key not in before:
            data.append(DatumDifference(key, "new", _all(datum)))
        elif changed := _between(before[key], datum, DATUM_TEXTS, DATUM_RULES):
            data.append(DatumDifference(key, "changed", changed))
    return Comparison(older, newer, _between(older, newer, TEXTS, RULES), data)


def _between(
    older: models.Model, newer: models.Model, texts: tuple[str, ...], rules: tuple[str, ...]
) -> list[Difference]:
    pairs: list[tuple[str, str, str]] = []
    for name in texts:
        pairs += [(name, title, languages.column(name, code)) for code, title in languages.names().items()]
    pairs += [(name, "", name) for name in rules]
    said = [(name, language, _said(older, field), _said(newer, field)) for name, language, field in pairs]
    return [
        Difference(_label(newer, name), parts(before, after), language)
        for name, language, before, after in said
        if before != after
    ]


def _all(datum: RequiredDatum, *, gone: bool = False) -> list[Difference]:
    """What a datum says that is in one of the versions alone."""
    blank = RequiredDatum()
    before, after = (datum, blank) if gone else (blank, datum)
    return _between(before, after, DATUM_TEXTS, ("type", "minimum", "maximum", "options"))


def _said(row: models.Model, name: str) -> str:
    """The value as people read it."""
    value: Any = getattr(row, name)
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, indent=1) if value else ""
    choice = getattr(row, f"get_{name}_display", None)
    return str(choice() if choice else "" if value is None else value)


def _label(row: models.Model, name: str) -> Text:
    return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
