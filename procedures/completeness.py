"""What a version lacks before it can be reviewed: each gap names its sentence and the column where it is filled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from foundation import languages
from procedures.required_data.checks import duplicate_field_names, field_names

TEXTS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
"""The texts that a version must have, at least in the language that the others fall back to."""
DATUM_TEXTS = ("label",)


@dataclass(frozen=True)
class Gap:
    """Something missing or wrong; ``datum`` is the position of the required datum that it is in, if it is in one."""

    sentence: str
    field: str
    datum: int | None = None


def row_gaps(row: models.Model, texts: Sequence[str], *, exclude: list[str]) -> list[Gap]:
    """Return what is empty or invalid, and the texts that only another language than the default one has."""
    found = _invalid(row, texts, exclude)
    known = {gap.field for gap in found}
    return found + [gap for gap in _missing_texts(row, texts) if gap.field not in known]


def datum_gaps(datum: models.Model) -> list[Gap]:
    return row_gaps(datum, DATUM_TEXTS, exclude=["version"])


def data_gaps(data: Iterable[Any]) -> list[Gap]:
    """Return the gaps of the required data, each with the datum's key and position."""
    listed: list[Any] = list(data)
    found = [
        replace(gap, sentence=f"{datum.key or number + 1}: {gap.sentence}", datum=number)
        for number, datum in enumerate(listed)
        for gap in datum_gaps(datum)
    ]
    duplicate = _("Más de un dato hace el campo %(name)s")
    for name in duplicate_field_names(listed):
        last = max(number for number, datum in enumerate(listed) if name in field_names(datum))
        found.append(Gap(duplicate % {"name": name}, "key", last))
    return found


def _missing_texts(row: models.Model, texts: Sequence[str]) -> list[Gap]:
    """Return the texts missing in the default language, even if another language has them."""
    empty = _("%(text)s: falta en español")
    columns = {name: languages.column(name) for name in texts}
    missing = [name for name, column in columns.items() if not getattr(row, column)]
    names = {name: str(row._meta.get_field(name).verbose_name) for name in missing}  # type: ignore[union-attr]
    return [Gap(empty % {"text": names[name]}, columns[name]) for name in missing]


def _invalid(row: models.Model, texts: Sequence[str], exclude: list[str]) -> list[Gap]:
    try:
        row.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        names = {field.name: str(getattr(field, "verbose_name", field.name)) for field in row._meta.get_fields()}
        return [
            Gap(f"{names.get(name, name)}: {_sentence(one)}", languages.column(name) if name in texts else name)
            for name, errors in error.error_dict.items()
            for one in errors
        ]
    return []


def _sentence(error: ValidationError) -> str:
    return str(_("falta")) if error.code in ("blank", "null") else str(error.messages[0])
