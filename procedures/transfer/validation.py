"""Whether a row may stand in the catalogue as it is wanted: the models decide, on a copy that is never saved.

The copy has no key, so that no rule of a model asks the database row by row.
"""

from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from foundation import languages
from procedures.transfer.resources import RESOURCES
from procedures.transfer.snapshot import Values

AMONG_OTHERS = ("procedures",)
"""Kinds whose model looks at other rows only, one query each: natural keys and the plan see to the same for all."""


@cache
def empty(kind: str) -> Values:
    """What a row of this kind says when nobody has said anything."""
    resource = RESOURCES[kind]
    values: Values = {}
    for name in resource.own:
        default = resource.model._meta.get_field(name).get_default()  # type: ignore[union-attr]  # all are columns
        values[name] = "" if default is None else default
    return values


@cache
def _left_out(kind: str) -> frozenset[str]:
    """What is not looked at in a copy: other rows, and the texts under the names that mean any language."""
    resource = RESOURCES[kind]
    return frozenset({field.name for field in resource.model._meta.fields} - set(resource.own))


@cache
def _must_be_said(kind: str) -> tuple[str, ...]:
    resource = RESOURCES[kind]
    names = (name for name in resource.texts if not resource.model._meta.get_field(name).blank)  # type: ignore[union-attr]
    return tuple(map(languages.column, names))


def candidate(kind: str, values: Values) -> models.Model:
    """An instance that says this, of nobody."""
    return RESOURCES[kind].model(**{name: values[name] for name in RESOURCES[kind].own})


def wrong(kind: str, values: Values) -> dict[str, str]:
    """A sentence for each column that is wrong; the empty name for what is wrong with the row as a whole."""
    said = {name: _("Falta el texto en español") for name in _must_be_said(kind) if not values[name].strip()}
    one, left_out = candidate(kind, values), _left_out(kind) | set(said)
    try:
        if kind in AMONG_OTHERS:
            one.clean_fields(exclude=left_out)
        else:
            one.full_clean(exclude=left_out, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            said.setdefault("" if name == NON_FIELD_ERRORS else name, " ".join(sentences))
    return said


def set_values(kind: str, instance: Any, values: Values) -> None:
    for name in RESOURCES[kind].own:
        setattr(instance, name, values[name])
