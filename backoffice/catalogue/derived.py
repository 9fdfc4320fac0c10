"""Identifiers made from what they name, so that nobody has to invent them; whatever is typed goes before."""

import re
from collections.abc import Callable, Container

from django import forms
from django.utils.text import slugify

MAX_TRIES = 100


def derive_slug(text: str, max_length: int) -> str:
    """Return a part of an address: ``Informe de vida laboral`` makes ``informe-de-vida-laboral``."""
    return slugify(text)[:max_length].strip("-_")


def derive_key(text: str, max_length: int = 40) -> str:
    """Return the name of a form field: ``¿De qué año?`` makes ``de_que_ano``."""
    return re.sub(r"^[^a-z]+|_+$", "", slugify(text).replace("-", "_")[:max_length])


def distinct(name: str, taken: Container[str] | Callable[[str], bool], max_length: int, joint: str = "-") -> str:
    """Return the name, with a number when another has it."""
    is_taken = taken if callable(taken) else taken.__contains__
    for number in range(2, MAX_TRIES):
        if not name or not is_taken(name):
            break
        stem = re.sub(rf"{joint}\d+$", "", name) if number > 2 else name
        name = f"{stem[: max_length - 1 - len(str(number))]}{joint}{number}"
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
