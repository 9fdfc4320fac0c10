"""Reading the catalogue's files and publishing what changed.

A file is an entity with its procedures and bears the entity's slug (``procedures/catalogue/<entity>.toml``). A
procedure gets a new version when its file says something else than when it was last loaded: loading the same files
again changes nothing, and what editors have published since then stays until the file changes. A procedure that a
file no longer names stays as it is. The life events and the synonyms have a file each, which is read after them
(``procedures.finding_files``). What the files say goes the way of every import (``procedures.exchange``) and is then
published.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from procedures.catalogue_toml import CatalogueError, digest_of, languages, table, tables, texts, translated, within
from procedures.exchange.applying import CatalogueMoved, apply
from procedures.exchange.contents import Manner
from procedures.exchange.planning import plan
from procedures.exchange.sheets import Problem, Row, Sheet
from procedures.finding_files import LIFE_EVENTS, SYNONYMS, life_event_rows, synonym_rows
from procedures.models import ProcedureVersion

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
ENTITY_TEXTS = ("name", "short_name")
VERSION_TEXTS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
DATUM_TEXTS = ("label", "hint")
ENTITY_KEYS = {"slug", "order", "monogram", "tone", "dir3", "site", *ENTITY_TEXTS}
PROCEDURE_KEYS = {
    "slug", "order", "kind", "level", "connector", "honours_idempotency_key", "retention_days", "expected_seconds",
    "keywords", "datum", *VERSION_TEXTS,
}  # fmt: skip
DATUM_KEYS = {"key", "type", "required", "min", "max", "default", "max_months", "option", *DATUM_TEXTS}
TRIES = 3


@dataclass
class Loaded:
    """What a load did."""

    entities: int = 0
    procedures: int = 0
    published: int = 0
    life_events: int = 0
    synonyms: int = 0


@dataclass
class _Rows:
    """The rows of all files, by kind."""

    of: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, rows: Iterator[Row]) -> None:
        for row in rows:
            self.of.setdefault(row.kind, []).append(row)

    def count(self, kind: str) -> int:
        return len(self.of.get(kind, []))

    def sheets(self) -> list[Sheet]:
        return [Sheet(kind, rows, is_whole=False) for kind, rows in self.of.items()]


def load(folder: Path = CATALOGUE) -> Loaded:
    """Load every file of the folder, all or nothing; raises ``CatalogueError``."""
    paths = [path for path in sorted(folder.glob("*.toml")) if path.name not in (LIFE_EVENTS, SYNONYMS)]
    if not paths:
        raise CatalogueError(f"{folder}: there is no catalogue file")
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return _load(folder, paths)
        except CatalogueMoved:  # somebody saved something at the same moment
            continue
    raise CatalogueError(f"{folder}: the catalogue is being changed by others; try again")


def _load(folder: Path, paths: list[Path]) -> Loaded:
    rows, digests = _Rows(), _loaded_digests()
    for path in paths:
        with within(path.name):
            content = table(tomllib.loads(path.read_text(encoding="utf-8")), {"entity", "procedure"})
            rows.add(_entity_rows(content, path, digests))
    rows.add(life_event_rows(folder / LIFE_EVENTS))
    rows.add(synonym_rows(folder / SYNONYMS))
    planned = plan(rows.sheets(), Manner.PUBLISH)
    if planned.problems:
        raise CatalogueError(_sentence(planned.problems[0]))
    versions = apply(planned)
    for version in versions:
        with within(f"{version.procedure.entity.slug}.toml: procedure {version.procedure.slug}"):
            version.publish()
    return Loaded(
        entities=rows.count("entities"),
        procedures=rows.count("procedures"),
        published=len(versions),
        life_events=rows.count("life_events"),
        synonyms=rows.count("synonyms"),
    )


def _sentence(problem: Problem) -> str:
    """What is wrong, behind the place where it stands."""
    places = [problem.row.place if problem.row else "", problem.column, problem.sentence]
    return ": ".join(place for place in places if place)


def _loaded_digests() -> dict[str, str]:
    """By procedure, the digest of what its file said when it was last loaded."""
    loaded = ProcedureVersion.objects.exclude(digest="").order_by("number")
    named = loaded.values_list("procedure__entity__slug", "procedure__slug", "digest")
    return {f"{entity}/{slug}": digest for entity, slug, digest in named}


def _entity_rows(content: Mapping[str, Any], path: Path, digests: Mapping[str, str]) -> Iterator[Row]:
    """The rows of an entity's file; of the content of its procedures, of what is said otherwise than last time."""
    with within("entity"):
        entity = table(content["entity"], ENTITY_KEYS)
        yield _entity(entity, path)
    for procedure in tables(content["procedure"], "procedure", PROCEDURE_KEYS, named_by="slug"):
        name = f"procedure {procedure['slug']}"
        with within(name):
            place, code = f"{path.name}: {name}", f"{entity['slug']}/{procedure['slug']}"
            cells = {"entity": entity["slug"], "slug": procedure["slug"], "order": procedure["order"]}
            yield Row("procedures", 0, cells, place)
            digest = _digest(procedure)
            if digests.get(code) != digest:
                yield Row("versions", 0, _version(procedure, code), place, digest)
                yield from _data(procedure, code, place)


def _entity(content: Mapping[str, Any], path: Path) -> Row:
    if content["slug"] != path.stem:
        raise CatalogueError(f"slug: {content['slug']} is not the file's name")
    cells = {
        "slug": content["slug"],
        "monogram": content["monogram"],
        "tone": content["tone"],
        "dir3": content.get("dir3", ""),
        "site": content.get("site", ""),
        "order": content["order"],
        **texts(content, ENTITY_TEXTS),
    }
    return Row("entities", 0, cells, f"{path.name}: entity")


def _digest(content: Mapping[str, Any]) -> str:
    """Of what a version says; the order in which the procedures are listed is not part of it."""
    return digest_of({key: value for key, value in content.items() if key != "order"})


def _version(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    plain = ("level", "honours_idempotency_key", "retention_days", "expected_seconds")
    return {
        "procedure": code,
        "kind": content["kind"],
        "connector": content["connector"],
        **{name: content[name] for name in plain if name in content},
        **texts(content, VERSION_TEXTS),
        **_keywords(content),
    }


def _data(content: Mapping[str, Any], code: str, place: str) -> Iterator[Row]:
    required = tables(content.get("datum", []), "datum", DATUM_KEYS, named_by="key")
    for order, datum in enumerate(required, start=1):
        name = f"datum {datum['key']}"
        with within(name):
            yield Row("required_data", 0, _datum(datum, code, order), f"{place}: {name}")


def _datum(content: Mapping[str, Any], code: str, order: int) -> dict[str, Any]:
    return {
        "procedure": code,
        "key": content["key"],
        "type": content["type"],
        "order": order,
        "required": content.get("required", True),
        "minimum": str(content.get("min", "")),
        "maximum": str(content.get("max", "")),
        "default": str(content.get("default", "")),
        "max_months": content.get("max_months", 0),
        "options": [
            {"value": option["value"], "label": translated(option, "label")}
            for option in tables(content.get("option", []), "option", {"value", "label"}, named_by="value")
        ],
        **texts(content, DATUM_TEXTS),
    }


def _keywords(content: Mapping[str, Any]) -> dict[str, str]:
    """``keywords_es`` and so on, one keyword a line."""
    keywords = translated(content, "keywords")
    if not all(isinstance(words, list) for words in keywords.values()):
        raise CatalogueError("keywords: each language must have a list")
    return {f"keywords_{language}": "\n".join(keywords.get(language, [])) for language in languages()}
