"""TOML: the files of ``procedures/fixtures/``, one per entity, plus one of life events, one of synonyms and one of
services of other sites, which are no part of imports and exports.

They are read strictly: a key that is unknown, missing or given twice is an error that names the file and the place in
it. What a file says exactly as it did when it was last loaded yields no rows, so that later edits stay.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from foundation import languages
from procedures.transfer.sheets import Row, Sheet

LIFE_EVENTS, SYNONYMS, EXTERNAL_SERVICES = "life_events.toml", "synonyms.toml", "external_services.toml"
NOT_OF_ENTITIES = (LIFE_EVENTS, SYNONYMS, EXTERNAL_SERVICES)
ENTITY_TEXTS = ("name", "short_name")
VERSION_TEXTS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
DATUM_TEXTS = ("label", "hint")
EVENT_TEXTS = ("name", "summary")
STEP_TEXTS = ("note",)
SERVICE_TEXTS = ("name", "body", "summary")
ENTITY_KEYS = {"slug", "order", "monogram", "tone", "dir3", "site", *ENTITY_TEXTS}
PROCEDURE_KEYS = {
    "slug", "order", "featured_order", "kind", "level", "connector", "honours_idempotency_key", "retention_days",
    "expected_seconds", "keywords", "datum", *VERSION_TEXTS,
}  # fmt: skip
DATUM_KEYS = {"key", "type", "required", "min", "max", "default", "max_months", "option", *DATUM_TEXTS}
EVENT_KEYS = {"slug", "icon", "order", "step", *EVENT_TEXTS}
STEP_KEYS = {"procedure", *STEP_TEXTS}
SERVICE_KEYS = {"slug", "url", "order", "keywords", *SERVICE_TEXTS}

type Digests = Mapping[tuple[str, ...], str]
"""The digests of the last load, by kind and key: ``("versions", "dgt/puntos")``."""


class FixtureError(ValueError):
    """A file breaks the format; the message names the file, the place in it and what is wrong."""


def read_folder(folder: Path, loaded: Digests) -> list[Sheet]:
    """Return the sheets of every file in the folder but that of other sites; raise ``FixtureError``."""
    paths = sorted(folder.glob("*.toml"), key=lambda path: (path.name in NOT_OF_ENTITIES, path.name))
    if not paths or paths[0].name in NOT_OF_ENTITIES:
        raise FixtureError(f"{folder}: there is no catalogue file")
    paths = [path for path in paths if path.name != EXTERNAL_SERVICES]
    sheets: dict[str, Sheet] = {}
    for path in paths:
        with within(path.name):
            for row in _rows(path, tomllib.loads(path.read_text(encoding="utf-8")), loaded):
                sheets.setdefault(row.kind, Sheet(row.kind, is_whole=False)).rows.append(row)
    return list(sheets.values())


def _rows(path: Path, content: Mapping[str, Any], loaded: Digests) -> Iterator[Row]:
    if path.name == LIFE_EVENTS:
        return _life_events(table(content, {"life_event"}), loaded)
    if path.name == SYNONYMS:
        return _synonyms(table(content, set(languages.codes())), loaded)
    return _entity_and_procedures(table(content, {"entity", "procedure"}), path, loaded)


# --- Entities and their procedures ------------------------------------------------------------------------------------


def _entity_and_procedures(content: Mapping[str, Any], path: Path, loaded: Digests) -> Iterator[Row]:
    with within("entity"):
        entity = table(content["entity"], ENTITY_KEYS)
        if entity["slug"] != path.stem:
            raise FixtureError(f"slug: {entity['slug']} is not the file's name")
        cells = {name: entity[name] for name in ("slug", "monogram", "tone", "order")}
        cells |= {name: entity.get(name, "") for name in ("dir3", "site")} | texts(entity, ENTITY_TEXTS)
        yield Row("entities", 0, cells, f"{path.name}: entity")
    for procedure in tables(content["procedure"], "procedure", PROCEDURE_KEYS, named_by="slug"):
        name = f"procedure {procedure['slug']}"
        with within(name):
            yield from _procedure(procedure, entity["slug"], f"{path.name}: {name}", loaded)


def _procedure(content: Mapping[str, Any], entity: str, place: str, loaded: Digests) -> Iterator[Row]:
    code = f"{entity}/{content['slug']}"
    own = {"entity": entity, "slug": content["slug"], "order": content["order"]}
    yield Row("procedures", 0, own | {name: content[name] for name in ("featured_order",) if name in content}, place)
    digest = digest_of({key: value for key, value in content.items() if key not in ("order", "featured_order")})
    if loaded.get(("versions", code)) == digest:
        return
    cells = {"procedure": code, "kind": content["kind"], "connector": content["connector"]}
    optional = ("level", "honours_idempotency_key", "retention_days", "expected_seconds")
    cells |= {name: content[name] for name in optional if name in content}
    cells |= texts(content, VERSION_TEXTS) | _keywords(content)
    yield Row("versions", 0, cells, place, digest)
    for order, datum in enumerate(tables(content.get("datum", []), "datum", DATUM_KEYS, named_by="key"), start=1):
        name = f"datum {datum['key']}"
        with within(name):
            yield Row("required_data", 0, _datum(datum, code, order), f"{place}: {name}")


def _datum(content: Mapping[str, Any], code: str, order: int) -> dict[str, Any]:
    options = tables(content.get("option", []), "option", {"value", "label"}, named_by="value")
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
        "options": [{"value": option["value"], "label": translated(option, "label")} for option in options],
        **texts(content, DATUM_TEXTS),
    }


def _keywords(content: Mapping[str, Any]) -> dict[str, str]:
    """Return ``keywords_es`` and so on, with one keyword per line."""
    keywords = translated(content, "keywords")
    if not all(isinstance(words, list) for words in keywords.values()):
        raise FixtureError("keywords: each language must have a list")
    return {languages.column("keywords", code): "\n".join(keywords.get(code, [])) for code in languages.codes()}


# --- Life events and synonyms -----------------------------------------------------------------------------------------


def _life_events(content: Mapping[str, Any], loaded: Digests) -> Iterator[Row]:
    for event in tables(content["life_event"], "life_event", EVENT_KEYS, named_by="slug"):
        name = f"life_event {event['slug']}"
        with within(name):
            yield from _life_event(event, f"{LIFE_EVENTS}: {name}", loaded)


def _life_event(content: Mapping[str, Any], place: str, loaded: Digests) -> Iterator[Row]:
    steps = tables(content["step"], "step", STEP_KEYS, named_by="procedure")
    if not steps:
        raise FixtureError("a life event needs a step")
    digest = digest_of(content)
    if loaded.get(("life_events", content["slug"])) == digest:
        return
    cells = {name: content[name] for name in ("slug", "icon", "order")} | texts(content, EVENT_TEXTS)
    yield Row("life_events", 0, cells, place, digest)
    for order, step in enumerate(steps, start=1):
        name = f"step {step['procedure']}"
        with within(name):
            cells = {"life_event": content["slug"], "procedure": step["procedure"], "order": order * 10}
            yield Row("life_event_steps", 0, {**cells, **texts(step, STEP_TEXTS)}, f"{place}: {name}")


def _synonyms(content: Mapping[str, Any], loaded: Digests) -> Iterator[Row]:
    for column, synonyms in content.items():
        language = column.replace("_", "-")
        with within(column):
            if not isinstance(synonyms, Mapping):
                raise FixtureError("must be a table")
            for said, meant in synonyms.items():
                with within(said):
                    if not isinstance(meant, list) or not all(isinstance(text, str) and text.strip() for text in meant):
                        raise FixtureError("must be a list of texts")
                digest = digest_of(meant)
                if loaded.get(("synonyms", language, said)) != digest:
                    cells = {"language": language, "said": said, "meant": "\n".join(meant)}
                    yield Row("synonyms", 0, cells, f"{SYNONYMS}: {column}: {said}", digest)


# --- Services of other sites ------------------------------------------------------------------------------------------


def read_external_services(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the place in the file and the columns of each service; raise ``FixtureError``."""
    path = folder / EXTERNAL_SERVICES
    if not path.exists():
        return
    with within(path.name):
        content = table(tomllib.loads(path.read_text(encoding="utf-8")), {"service"})
        for service in tables(content["service"], "service", SERVICE_KEYS, named_by="slug"):
            name = f"service {service['slug']}"
            with within(name):
                own = {column: service[column] for column in ("slug", "url", "order")}
                columns = own | texts(service, SERVICE_TEXTS) | _keywords(service) | {"digest": digest_of(service)}
            yield f"{path.name}: {name}", columns


# --- Strict reading ---------------------------------------------------------------------------------------------------


@contextmanager
def within(place: str) -> Iterator[None]:
    """Turn what is raised inside into a ``FixtureError`` that begins with the place."""
    try:
        yield
    except KeyError as error:
        raise FixtureError(f"{place}: {error.args[0]} is missing") from error
    except ValidationError as error:
        raise FixtureError(f"{place}: {' '.join(error.messages)}") from error
    except (TypeError, ValueError) as error:  # not TOML, UTF-8, a number or a date; or a nested FixtureError
        raise FixtureError(f"{place}: {error}") from error


def table(content: Any, keys: set[str]) -> Mapping[str, Any]:
    """Return the content if it is a table with no keys but these: a misspelt one must not be ignored."""
    if not isinstance(content, Mapping):
        raise FixtureError("must be a table")
    if unknown := sorted(set(content) - keys):
        raise FixtureError(f"{', '.join(unknown)} is not known")
    return content


def tables(content: Any, name: str, keys: set[str], *, named_by: str) -> list[Mapping[str, Any]]:
    """Return the tables of a list, each with a value of its own under the key ``named_by``."""
    if not isinstance(content, list):
        raise FixtureError(f"{name}: must be a list of tables")
    by_name: dict[str, Mapping[str, Any]] = {}
    for number, one in enumerate(content, start=1):
        place = one.get(named_by, number) if isinstance(one, Mapping) else number
        with within(f"{name} {place}"):
            key = table(one, keys)[named_by]
            if key in by_name:
                raise FixtureError(f"{key} stands there twice")
            by_name[key] = one
    return list(by_name.values())


def texts(content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Return the translated fields by column: ``name_es``, ``name_en``."""
    return {
        languages.column(name, code): str(translated(content, name).get(code, "")).strip()
        for name in names
        for code in languages.codes()
    }


def translated(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the values of a field by language; empty when the field is left out."""
    with within(name):
        return table(content.get(name, {}), set(languages.codes()))


def digest_of(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
