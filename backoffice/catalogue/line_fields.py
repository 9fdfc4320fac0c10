"""Form fields for JSON columns that editors fill in line by line."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backoffice.catalogue.options_table import OptionsTable, as_json, fits_table
from foundation import languages

EQUALS, SEPARATOR = "=", "|"


class LinesField(forms.CharField):
    """A text of one entry per line; how browsers end lines is no change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _entries(self.prepare_value(initial)) != _entries(data)


class MappingField(LinesField):
    """``key = name`` on each line, as a ``dict[str, str]``."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{key} {EQUALS} {name}" for key, name in value.items())

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        pairs = [_split(line) for line in str(value or "").splitlines() if line.strip()]
        if len(dict(pairs)) < len(pairs):
            raise ValidationError(_("Hay dos líneas para el mismo dato"))
        return dict(pairs)


class OptionsField(forms.Field):
    """A table of options as a list; a text is accepted too: JSON, or ``value = text | text in the next language``."""

    widget = OptionsTable

    def prepare_value(self, value: Any) -> Any:
        return value or [] if isinstance(value, str) or fits_table(value or []) else as_json(value)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        text = str(value or "").strip()
        if text.startswith(("[", "{")):
            try:
                return json.loads(text)
            except ValueError:
                raise ValidationError(_("Esto no es JSON. Escribe una opción por línea: valor = texto")) from None
        return [_option(*_split(line)) for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


def _entries(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _split(line: str) -> tuple[str, str]:
    key, equals, name = (part.strip() for part in line.partition(EQUALS))
    if not equals or not key or not name:
        raise ValidationError(_("En «%(line)s» falta algo: va así, clave = texto") % {"line": line.strip()})
    return key, name


def _option(value: str, texts: str) -> dict[str, Any]:
    codes = languages.codes()
    labels = [text.strip() for text in texts.split(SEPARATOR)]
    if len(labels) > len(codes):
        raise ValidationError(_("«%(value)s» tiene más textos que idiomas hay") % {"value": value})
    return {"value": value, "label": {code: text for code, text in zip(codes, labels, strict=False) if text}}


def option_lines(options: Any) -> str:
    """Return the options in words, one a line, for pages that only show them."""
    if not fits_table(options):
        return as_json(options)
    return "\n".join(
        f"{option.get('value', '')} {EQUALS} {f' {SEPARATOR} '.join(option.get('label', {}).values())}"
        for option in options
    )
