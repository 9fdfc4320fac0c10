"""Identifiers made from what they name, so that nobody has to invent them; whatever is typed goes before."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from backoffice.edit_conflicts import RevisionForm
from foundation import languages

MAX_TRIES = 100


def derive_slug(text: str, max_length: int) -> str:
    """Return a part of an address: ``Informe de vida laboral`` makes ``informe-de-vida-laboral``."""
    return slugify(text)[:max_length].strip("-_")


def derive_key(text: str, max_length: int = 40) -> str:
    """Return the name of a form field: ``¿De qué año?`` makes ``de_que_ano``."""
    return re.sub(r"^[^a-z]+|_+$", "", slugify(text).replace("-", "_")[:max_length])


def distinct(name: str, is_taken: Callable[[str], bool], max_length: int) -> str:
    """Return the name, with a number when another has it."""
    for number in range(2, MAX_TRIES):
        if not name or not is_taken(name):
            break
        stem = name.removesuffix(f"-{number - 1}")[: max_length - 1 - len(str(number))]
        name = f"{stem}-{number}"
    return name


def initials(text: str, max_length: int = 3) -> str:
    """Return a monogram: ``Ayuntamiento de Villaejemplo`` makes ``AV``, ``AEAT`` itself, ``Tráfico`` makes ``T``."""
    words: list[str] = [word for word in re.findall(r"\w+", text) if word[0].isupper()]
    if len(words) == 1 and words[0].isupper():
        return words[0][: max_length + 1]
    return "".join(word[0] for word in words)[:max_length] or text[:1].upper()


def fill_from(form: forms.BaseForm, name: str, source: str, how: str) -> None:
    """Tell the script to fill a field while its source is typed: ``how`` is ``slug``, ``key`` or ``initials``."""
    if field := form.fields.get(name):
        field.required = False
        field.widget.attrs |= {"data-derived-from": source, "data-derived-as": how, "autocomplete": "off"}


class SlugForm(RevisionForm):
    """Derives the slug from ``slug_source`` when it was left empty."""

    slug_source = "name"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fill_from(self, "slug", languages.column(self.slug_source), "slug")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "slug" in self.fields and not self.cleaned_data.get("slug") and "slug" not in self.errors:
            length = self.fields["slug"].max_length  # type: ignore[attr-defined]
            name = self.cleaned_data.get(languages.column(self.slug_source)) or ""
            if slug := distinct(derive_slug(name, length), self.is_taken, length):
                self.cleaned_data["slug"] = slug
            else:
                self.add_error("slug", _("Escribe el nombre, o el final de su dirección"))
        return cleaned

    def is_taken(self, slug: str) -> bool:
        return bool(self._meta.model._default_manager.filter(slug=slug).exists())
