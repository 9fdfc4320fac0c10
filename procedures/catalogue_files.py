"""Reading the catalogue's files and publishing what changed.

A file is an entity with its procedures and bears the entity's slug (``procedures/catalogue/<entity>.toml``). A
procedure gets a new version when its file says something else than when it was last loaded: loading the same files
again changes nothing, and what editors have published since then stays until the file changes. A procedure that a
file no longer names stays as it is. The life events and the synonyms have a file each, which is read after them
(``procedures.finding_files``).
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from procedures.catalogue_toml import CatalogueError, languages, table, tables, texts, translated, within
from procedures.finding_files import LIFE_EVENTS, SYNONYMS, load_life_events, load_synonyms
from procedures.models import CatalogueStamp, DatumType, Entity, Procedure, ProcedureVersion, RequiredDatum
from procedures.required_data import fields_of

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


@dataclass
class Loaded:
    """What a load did."""

    entities: int = 0
    procedures: int = 0
    published: int = 0
    life_events: int = 0
    synonyms: int = 0


def load(folder: Path = CATALOGUE) -> Loaded:
    """Load every file of the folder, all or nothing; raises ``CatalogueError``."""
    paths = [path for path in sorted(folder.glob("*.toml")) if path.name not in (LIFE_EVENTS, SYNONYMS)]
    if not paths:
        raise CatalogueError(f"{folder}: there is no catalogue file")
    loaded = Loaded()
    with transaction.atomic():
        for path in paths:
            with within(path.name):
                content = table(tomllib.loads(path.read_text(encoding="utf-8")), {"entity", "procedure"})
                _load_entity(content, path.stem, loaded)
        loaded.life_events = load_life_events(folder / LIFE_EVENTS)
        loaded.synonyms = load_synonyms(folder / SYNONYMS)
    return loaded


def _load_entity(content: Mapping[str, Any], slug: str, loaded: Loaded) -> None:
    with within("entity"):
        entity = _entity(table(content["entity"], ENTITY_KEYS), slug)
    loaded.entities += 1
    for procedure in tables(content["procedure"], "procedure", PROCEDURE_KEYS, named_by="slug"):
        with within(f"procedure {procedure['slug']}"):
            loaded.procedures += 1
            loaded.published += _load_procedure(entity, procedure)


def _entity(content: Mapping[str, Any], slug: str) -> Entity:
    """The entity as the file describes it, saved if that is news."""
    if content["slug"] != slug:
        raise CatalogueError(f"slug: {content['slug']} is not the file's name")
    values = {
        "monogram": content["monogram"],
        "tone": content["tone"],
        "dir3": content.get("dir3", ""),
        "site": content.get("site", ""),
        "order": content["order"],
        **texts(content, ENTITY_TEXTS),
    }
    known = Entity.objects.filter(slug=slug).first()
    entity = known or Entity(slug=slug)
    if not known or any(getattr(known, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(entity, name, value)
        entity.full_clean()
        entity.save()
        CatalogueStamp.bump()
    return entity


def _load_procedure(entity: Entity, content: Mapping[str, Any]) -> bool:
    """Publish a new version unless the file says the same as when it was last loaded."""
    procedure = _procedure(entity, content["slug"], content["order"])
    digest = _digest(content)
    versions = procedure.versions.all()
    last_loaded = versions.exclude(digest="").order_by("-number").first()
    if last_loaded and last_loaded.digest == digest:
        return False
    last = versions.aggregate(last=Max("number"))["last"] or 0
    version = _version(procedure, content, number=last + 1, digest=digest)
    version.full_clean(exclude=["procedure"])
    version.save()
    required = tables(content.get("datum", []), "datum", DATUM_KEYS, named_by="key")
    RequiredDatum.objects.bulk_create(_datum(version, order, datum) for order, datum in enumerate(required, start=1))
    version.publish()
    return True


def _procedure(entity: Entity, slug: str, order: int) -> Procedure:
    known = Procedure.objects.filter(entity=entity, slug=slug).first()
    procedure = known or Procedure(entity=entity, slug=slug)
    if not known or known.order != order:
        procedure.order = order
        procedure.full_clean(exclude=["entity"])
        procedure.save()
        CatalogueStamp.bump()
    return procedure


def _digest(content: Mapping[str, Any]) -> str:
    """Of what a version says; the order in which the procedures are listed is not part of it."""
    said = {key: value for key, value in content.items() if key != "order"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _version(procedure: Procedure, content: Mapping[str, Any], *, number: int, digest: str) -> ProcedureVersion:
    return ProcedureVersion(
        procedure=procedure,
        number=number,
        digest=digest,
        kind=content["kind"],
        level=content.get("level", "basic"),
        connector=content["connector"],
        honours_idempotency_key=content.get("honours_idempotency_key", True),
        retention_days=content.get("retention_days", 0),
        expected_seconds=content.get("expected_seconds", 5),
        **texts(content, VERSION_TEXTS),
        **_keywords(content),
    )


def _datum(version: ProcedureVersion, order: int, content: Mapping[str, Any]) -> RequiredDatum:
    with within(f"datum {content['key']}"):
        datum = RequiredDatum(
            version=version,
            key=content["key"],
            type=content["type"],
            order=order,
            required=content.get("required", True),
            minimum=str(content.get("min", "")),
            maximum=str(content.get("max", "")),
            default=str(content.get("default", "")),
            max_months=content.get("max_months", 0),
            options=[
                {"value": option["value"], "label": translated(option, "label")}
                for option in tables(content.get("option", []), "option", {"value", "label"}, named_by="value")
            ],
            **texts(content, DATUM_TEXTS),
        )
        datum.full_clean(exclude=["version"])
        _can_be_asked(datum)
    return datum


def _can_be_asked(datum: RequiredDatum) -> None:
    """Make its fields, which read the bounds, and try the default in them; what is wrong raises."""
    if datum.type == DatumType.CHOICE and not datum.options:
        raise CatalogueError("a choice needs options")
    for field in fields_of(datum).values():
        if field.initial is not None:
            field.clean(field.initial)


def _keywords(content: Mapping[str, Any]) -> dict[str, str]:
    """``keywords_es`` and so on, one keyword a line."""
    keywords = translated(content, "keywords")
    if not all(isinstance(words, list) for words in keywords.values()):
        raise CatalogueError("keywords: each language must have a list")
    return {f"keywords_{language}": "\n".join(keywords.get(language, [])) for language in languages()}
