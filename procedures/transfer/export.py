"""Exporting the catalogue as sheets: of each procedure its published version, or else its latest draft."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import IO, Any

from django.db.models import Q
from tablib import Dataset

from procedures.models import (
    Entity,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Synonym,
    VersionState,
)
from procedures.transfer.formats import csv, json, xlsx
from procedures.transfer.resources import RESOURCES
from procedures.transfer.snapshot import CURRENT
from procedures.transfer.translations import TRANSLATED, rows_of

CHUNK = 1000


class Format(StrEnum):
    JSON = "json"
    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}


def extension(format: Format, kinds: Collection[str]) -> str:
    """Return the extension of the file: several kinds as CSV make a zip."""
    return "zip" if format == Format.CSV and len(kinds) > 1 else format.value


def write(stream: IO[bytes], format: Format, kinds: Collection[str], entities: Collection[str] = ()) -> int:
    """Write these kinds, limited to these entities if any are given, and return the number of rows.

    Life events and synonyms belong to no entity and are always whole. Raises ``UnreadableFile`` when a text is too long
    for a cell.
    """
    count = 0

    def counted() -> Iterator[Dataset]:
        nonlocal count
        for dataset in datasets(kinds, entities, native=format == Format.JSON):
            count += len(dataset)
            yield dataset

    match format:
        case Format.JSON:
            json.write(counted(), stream)
        case Format.XLSX:
            xlsx.write(counted(), stream)
        case Format.CSV if extension(format, kinds) == "csv":
            csv.write(next(counted()), stream)
        case Format.CSV:
            csv.write_zip(counted(), stream)
    return count


def datasets(kinds: Collection[str], entities: Collection[str] = (), *, native: bool = False) -> Iterator[Dataset]:
    """Yield a dataset per kind, in the order of ``RESOURCES``; ``native`` keeps numbers, lists and truth values."""
    for kind, resource in RESOURCES.items():
        if kind in kinds:
            dataset = resource.export(_instances(kind, entities), native=native)
            dataset.title = kind
            yield dataset


def _instances(kind: str, entities: Collection[str]) -> Iterable[Any]:
    def of(path: str) -> Q:
        return Q(**{f"{path}__in": entities}) if entities else Q()

    match kind:
        case "entities":
            return Entity.objects.filter(of("slug"))
        case "procedures":
            procedures = Procedure.objects.filter(of("entity__slug")).select_related("entity", "replaced_by__entity")
            return procedures.order_by("entity__order", "entity__slug", "order", "slug")
        case "versions":
            return _shown_versions(of("procedure__entity__slug"))
        case "required_data":
            return _required_data(of("procedure__entity__slug"))
        case "life_events":
            return LifeEvent.objects.all()
        case "life_event_steps":
            steps = LifeEventStep.objects.select_related("life_event", "procedure__entity")
            return steps.order_by("life_event__order", "life_event__slug", "order", "pk")
        case "synonyms":
            return Synonym.objects.all()
    return rows_of({part: _instances(part, entities) for part in TRANSLATED})


def _shown_versions(where: Q) -> list[ProcedureVersion]:
    """Return the published version of each procedure, or else the latest that is not published yet."""
    versions = ProcedureVersion.objects.filter(where, state__in=CURRENT)
    shown: dict[int, ProcedureVersion] = {}
    for version in versions.select_related("procedure__entity").order_by("number"):
        known = shown.get(version.procedure_id)
        if known is None or known.state != VersionState.PUBLISHED:
            shown[version.procedure_id] = version
    return sorted(shown.values(), key=_position)


def _position(version: ProcedureVersion) -> tuple[int, str, int, str]:
    procedure = version.procedure
    return procedure.entity.order, procedure.entity.slug, procedure.order, procedure.slug


def _required_data(where: Q) -> Iterator[RequiredDatum]:
    """Yield the required data of the shown versions, in the order of their procedures."""
    versions = _shown_versions(where)
    for start in range(0, len(versions), CHUNK):
        chunk = {version.pk: version for version in versions[start : start + CHUNK]}
        by_version: dict[int, list[RequiredDatum]] = {}
        for datum in RequiredDatum.objects.filter(version__in=list(chunk)).order_by("order", "pk"):
            datum.version = chunk[datum.version_id]
            by_version.setdefault(datum.version_id, []).append(datum)
        for pk in chunk:
            yield from by_version.get(pk, [])
