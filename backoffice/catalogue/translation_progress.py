"""How much of a version is there in each language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from foundation import languages
from procedures.models import ProcedureVersion, RequiredDatum

ALWAYS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
OF_A_DATUM = ("label", "hint")


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` texts are there in a language."""

    language: str
    name: str
    done: int
    total: int

    @property
    def is_whole(self) -> bool:
        return self.done >= self.total


def progress(version: ProcedureVersion, data: Iterable[RequiredDatum]) -> list[Progress]:
    """One for each language; a text that is not there in Spanish either counts only where it must be."""
    first = languages.default()
    texts = (*ALWAYS, "keywords")
    wanted: list[tuple[ProcedureVersion | RequiredDatum, str]] = [
        (version, name) for name in texts if name in ALWAYS or _said(version, name, first)
    ]
    options: list[dict[str, str]] = []
    for datum in data:
        wanted += [(datum, name) for name in OF_A_DATUM if name == "label" or _said(datum, name, first)]
        options += [option["label"] for option in datum.options if isinstance(option, dict) and "label" in option]
    return [
        Progress(
            code,
            name,
            sum(_said(row, text, code) for row, text in wanted) + sum(bool(label.get(code)) for label in options),
            len(wanted) + len(options),
        )
        for code, name in languages.names().items()
    ]


def _said(row: ProcedureVersion | RequiredDatum, name: str, language: str) -> bool:
    return bool(getattr(row, languages.column(name, language)))


def lacks_texts() -> Q:
    """Versions that lack a text of theirs or of their data in some language (labels of options are not looked at)."""
    lacking, datum = Q(), Q()
    for code in languages.codes():
        for name in ALWAYS:
            lacking |= _empty(name, code)
        datum |= _empty("label", code)
    return lacking | Q(Exists(RequiredDatum.objects.filter(datum, version=OuterRef("pk"))))


def _empty(name: str, language: str) -> Q:
    field = languages.column(name, language)
    return Q(**{field: ""}) | Q(**{f"{field}__isnull": True})
