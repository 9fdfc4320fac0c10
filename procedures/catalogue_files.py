"""Reading the catalogue's files and publishing what changed.

A file is an entity with its procedures (``procedures/catalogue/<entity>.toml``). A procedure whose content is not that
of its published version gets a new version; loading the same files again changes nothing.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from procedures.models import (
    CatalogueStamp,
    Entity,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    VersionState,
)

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
ENTITY_TEXTS = ("name", "short_name")
VERSION_TEXTS = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
DATUM_TEXTS = ("label", "hint")


class CatalogueError(ValueError):
    """A file does not say what a catalogue file must; the message names file and place."""


@dataclass
class Loaded:
    """What a load did."""

    entities: int = 0
    procedures: int = 0
    published: int = 0


def load(folder: Path = CATALOGUE) -> Loaded:
    """Load every file of the folder, all or nothing; raises ``CatalogueError``."""
    loaded = Loaded()
    with transaction.atomic():
        for path in sorted(folder.glob("*.toml")):
            try:
                _load_entity(tomllib.loads(path.read_text(encoding="utf-8")), loaded)
            except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
                raise CatalogueError(f"{path.name}: {type(error).__name__} {error}") from error
    return loaded


def _load_entity(content: Mapping[str, Any], loaded: Loaded) -> None:
    described = content["entity"]
    values = {
        "monogram": described["monogram"],
        "tone": described["tone"],
        "dir3": described.get("dir3", ""),
        "site": described.get("site", ""),
        "order": described["order"],
        **_texts(described, ENTITY_TEXTS),
    }
    known = Entity.objects.filter(slug=described["slug"]).first()
    entity = known or Entity(slug=described["slug"])
    if not known or any(getattr(known, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(entity, name, value)
        entity.save()
        CatalogueStamp.bump()
    loaded.entities += 1
    for procedure in content["procedure"]:
        loaded.procedures += 1
        loaded.published += _load_procedure(entity, procedure)


def _load_procedure(entity: Entity, content: Mapping[str, Any]) -> bool:
    """Publish a new version unless the published one says the same."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    procedure, _made = Procedure.objects.get_or_create(
        entity=entity, slug=content["slug"], defaults={"order": content["order"]}
    )
    if procedure.order != content["order"]:
        procedure.order = content["order"]
        procedure.save(update_fields=["order"])
        CatalogueStamp.bump()
    versions = procedure.versions.all()
    if versions.filter(state=VersionState.PUBLISHED, digest=digest).exists():
        return False
    last = versions.aggregate(last=Max("number"))["last"] or 0
    version = _version(procedure, content, number=last + 1, digest=digest)
    version.save()
    RequiredDatum.objects.bulk_create(
        _datum(version, order, datum) for order, datum in enumerate(content.get("datum", []), start=1)
    )
    version.publish()
    return True


def _version(procedure: Procedure, content: Mapping[str, Any], *, number: int, digest: str) -> ProcedureVersion:
    keywords = content.get("keywords", {})
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
        **_texts(content, VERSION_TEXTS),
        **{f"keywords_{language}": "\n".join(keywords.get(language, [])) for language in _languages()},
    )


def _datum(version: ProcedureVersion, order: int, content: Mapping[str, Any]) -> RequiredDatum:
    return RequiredDatum(
        version=version,
        key=content["key"],
        type=content["type"],
        order=order,
        required=content.get("required", True),
        minimum=str(content.get("min", "")),
        maximum=str(content.get("max", "")),
        default=str(content.get("default", "")),
        max_months=content.get("max_months", 0),
        options=content.get("option", []),
        **_texts(content, DATUM_TEXTS),
    )


def _texts(content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """The translated fields by their columns: ``name_es``, ``name_en``."""
    return {
        f"{name}_{language}": str(content.get(name, {}).get(language, "")).strip()
        for name in names
        for language in _languages()
    }


def _languages() -> list[str]:
    return [code.replace("-", "_") for code, _name in settings.LANGUAGES]
