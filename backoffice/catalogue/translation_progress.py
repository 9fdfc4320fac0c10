"""How far a version is translated into each language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from foundation import languages
from procedures.completeness import TEXTS, Gap
from procedures.models import ProcedureVersion, RequiredDatum

DATUM_TEXTS = ("label", "hint")
type Expected = tuple[ProcedureVersion | RequiredDatum, str, int | None]
type Option = tuple[dict[str, str], int]


@dataclass(frozen=True)
class LanguageProgress:
    """``done`` of ``total`` texts exist in a language."""

    language: str
    name: str
    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total


def translation_progress(version: ProcedureVersion, data: Iterable[RequiredDatum]) -> list[LanguageProgress]:
    """Return the progress of each language; optional texts count only where there is one in Spanish."""
    expected, options = _expected_texts(version, list(data))
    return [
        LanguageProgress(
            code,
            name,
            sum(_has_text(row, text, code) for row, text, _datum in expected)
            + sum(bool(label.get(code)) for label, _datum in options),
            len(expected) + len(options),
        )
        for code, name in languages.names().items()
    ]


def missing_translations(version: ProcedureVersion, data: Iterable[RequiredDatum]) -> list[Gap]:
    """Return the texts that are written in the default language and lack in another."""
    rows, first = list(data), languages.default()
    expected, options = _expected_texts(version, rows)
    gaps = []
    for code in languages.codes():
        name = languages.name_in_sentence(code)
        for row, text, datum in expected:
            if _has_text(row, text, first) and not _has_text(row, text, code):
                field = str(row._meta.get_field(text).verbose_name)  # type: ignore[union-attr]
                gaps.append(_untranslated(row, field, name, languages.column(text, code), datum))
        for datum in dict.fromkeys(datum for label, datum in options if label.get(first) and not label.get(code)):
            gaps.append(_untranslated(rows[datum], str(_("opciones")), name, "options", datum))
    return gaps


def _untranslated(row: Any, field: str, language: str, column: str, datum: int | None) -> Gap:
    sentence = _("%(text)s: falta en %(language)s") % {"text": field, "language": language}
    return Gap(sentence if datum is None else f"{row.key or datum + 1}: {sentence}", column, datum)


def _expected_texts(version: ProcedureVersion, data: list[RequiredDatum]) -> tuple[list[Expected], list[Option]]:
    """Return the texts and the labels of options to be translated, each with the position of its datum."""
    first = languages.default()
    names = [name for name in (*TEXTS, "keywords") if name in TEXTS or _has_text(version, name, first)]
    expected: list[Expected] = [(version, name, None) for name in names]
    options: list[Option] = []
    for number, datum in enumerate(data):
        expected += [(datum, name, number) for name in DATUM_TEXTS if name == "label" or _has_text(datum, name, first)]
        listed = datum.options if isinstance(datum.options, list) else []
        labels = [option.get("label") for option in listed if isinstance(option, dict)]
        options += [(label, number) for label in labels if isinstance(label, dict)]
    return expected, options


def _has_text(row: ProcedureVersion | RequiredDatum, name: str, language: str) -> bool:
    return bool(getattr(row, languages.column(name, language)))


def incomplete_translations() -> Q:
    """Match versions that lack a required text, or one of their data, in some language; option labels do not count."""
    lacking, datum = Q(), Q()
    for code in languages.codes():
        for name in TEXTS:
            lacking |= _empty(name, code)
        datum |= _empty("label", code)
    return lacking | Q(Exists(RequiredDatum.objects.filter(datum, version=OuterRef("pk"))))


def _empty(name: str, language: str) -> Q:
    field = languages.column(name, language)
    return Q(**{field: ""}) | Q(**{f"{field}__isnull": True})
