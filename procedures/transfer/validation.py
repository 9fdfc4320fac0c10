"""Validating values by the rules of the models, on instances that are never saved.

They have no primary key, so that no rule of a model queries the database for each row.
"""

from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from foundation import languages
from procedures.transfer.resources import RESOURCES, Values

FIELDS_ONLY = ("procedures",)
"""Kinds whose ``Model.clean`` only compares with other rows, one query each: the plan does so for all rows at once."""


@cache
def default_values(kind: str) -> Values:
    """Return what a row of this kind says before anything is filled in."""
    resource = RESOURCES[kind]
    defaults = {name: resource.model._meta.get_field(name).get_default() for name in resource.own}  # type: ignore[union-attr]  # all are columns
    return {name: "" if default is None else default for name, default in defaults.items()}


@cache
def _excluded(kind: str) -> frozenset[str]:
    """Return the fields to leave out: relations, and translated fields under their name without a language."""
    resource = RESOURCES[kind]
    return frozenset({field.name for field in resource.model._meta.fields} - set(resource.own))


@cache
def _required_texts(kind: str) -> tuple[str, ...]:
    resource = RESOURCES[kind]
    names = (name for name in resource.texts if not resource.model._meta.get_field(name).blank)  # type: ignore[union-attr]
    return tuple(map(languages.column, names))


class Validator:
    """Validates values on one instance per kind, as making a new one takes longer than validating it."""

    def __init__(self) -> None:
        self._instances: dict[str, models.Model] = {}

    def errors(self, kind: str, values: Values) -> dict[str, str]:
        """Return a sentence by invalid column; the empty name stands for the row as a whole."""
        errors = {name: _("Falta el texto en español") for name in _required_texts(kind) if not values[name].strip()}
        if kind not in self._instances:
            self._instances[kind] = RESOURCES[kind].model()
        instance = self._instances[kind]
        set_values(kind, instance, values)
        excluded = _excluded(kind) | set(errors)
        try:
            if kind in FIELDS_ONLY:
                instance.clean_fields(exclude=excluded)
            else:
                instance.full_clean(exclude=excluded, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                errors.setdefault("" if name == NON_FIELD_ERRORS else name, " ".join(sentences))
        return errors


def set_values(kind: str, instance: Any, values: Values) -> None:
    """Set the columns that are fields of the model itself."""
    for name in RESOURCES[kind].own:
        setattr(instance, name, values[name])
