"""How far a version is translated into each language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from foundation import languages
from procedures.models import ProcedureVersion, RequiredDatum

REQUIRED_TEXTS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
DATUM_TEXTS = ("label", "hint")


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
    first = languages.default()
    texts = (*REQUIRED_TEXTS, "keywords")
    expected: list[tuple[ProcedureVersion | RequiredDatum, str]] = [
        (version, name) for name in texts if name in REQUIRED_TEXTS or _has_text(version, name, first)
    ]
    options: list[dict[str, str]] = []
    for datum in data:
        expected += [(datum, name) for name in DATUM_TEXTS if name == "label" or _has_text(datum, name, first)]
        options += [option["label"] for option in datum.options if isinstance(option, dict) and "label" in option]
    return [
        LanguageProgress(
            code,
            name,
            sum(_has_text(row, text, code) for row, text in expected) + sum(bool(label.get(code)) for label in options),
            len(expected) + len(options),
        )
        for code, name in languages.names().items()
    ]


def _has_text(row: ProcedureVersion | RequiredDatum, name: str, language: str) -> bool:
    return bool(getattr(row, languages.column(name, language)))


def incomplete_translations() -> Q:
    """Match versions that lack a required text, or one of their data, in some language; option labels do not count."""
    lacking, datum = Q(), Q()
    for code in languages.codes():
        for name in REQUIRED_TEXTS:
            lacking |= _empty(name, code)
        datum |= _empty("label", code)
    return lacking | Q(Exists(RequiredDatum.objects.filter(datum, version=OuterRef("pk"))))


def _empty(name: str, language: str) -> Q:
    field = languages.column(name, language)
    return Q(**{field: ""}) | Q(**{f"{field}__isnull": True})
