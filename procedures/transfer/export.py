"""The catalogue as sheets: of each procedure its published version, or else its latest draft."""

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
from procedures.transfer.translations import texts_of

CHUNK = 1000
OPEN = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)


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
    """The ending of the file: CSV of several kinds is a zip."""
    return "zip" if format == Format.CSV and len(kinds) > 1 else format.value


def write(stream: IO[bytes], format: Format, kinds: Collection[str], entities: Collection[str] = ()) -> int:
    """Write these kinds, of these entities (none: of all), and answer how many rows.

    Life events and synonyms are of no entity and always whole. Raises ``UnreadableFile`` when a text fits no cell.
    """
    counted = 0

    def counting() -> Iterator[Dataset]:
        nonlocal counted
        for dataset in datasets(kinds, entities, native=format == Format.JSON):
            counted += len(dataset)
            yield dataset

    match format:
        case Format.JSON:
            json.write(counting(), stream)
        case Format.XLSX:
            xlsx.write(counting(), stream)
        case Format.CSV if extension(format, kinds) == "csv":
            csv.write(next(counting()), stream)
        case Format.CSV:
            csv.write_all(counting(), stream)
    return counted


def datasets(kinds: Collection[str], entities: Collection[str] = (), *, native: bool = False) -> Iterator[Dataset]:
    """A dataset of each kind, in the order of ``RESOURCES``; ``native`` keeps numbers, lists and truth values."""
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
            found = Procedure.objects.filter(of("entity__slug")).select_related("entity", "replaced_by__entity")
            return found.order_by("entity__order", "entity__slug", "order", "slug")
        case "versions":
            return shown_versions(of("procedure__entity__slug"))
        case "required_data":
            return _data(of("procedure__entity__slug"))
        case "life_events":
            return LifeEvent.objects.all()
        case "life_event_steps":
            steps = LifeEventStep.objects.select_related("life_event", "procedure__entity")
            return steps.order_by("life_event__order", "life_event__slug", "order", "pk")
        case "synonyms":
            return Synonym.objects.all()
    parts = ("entities", "versions", "required_data", "life_events", "life_event_steps")
    return texts_of({part: _instances(part, entities) for part in parts})


def shown_versions(where: Q) -> list[ProcedureVersion]:
    """Of each procedure its published version, or else the latest that is on its way."""
    versions = ProcedureVersion.objects.filter(where, state__in=(VersionState.PUBLISHED, *OPEN))
    shown: dict[int, ProcedureVersion] = {}
    for version in versions.select_related("procedure__entity").order_by("number"):
        known = shown.get(version.procedure_id)
        if known is None or known.state != VersionState.PUBLISHED:
            shown[version.procedure_id] = version
    return sorted(shown.values(), key=_place)


def _place(version: ProcedureVersion) -> tuple[int, str, int, str]:
    procedure = version.procedure
    return procedure.entity.order, procedure.entity.slug, procedure.order, procedure.slug


def _data(where: Q) -> Iterator[RequiredDatum]:
    """What the shown versions ask for."""
    versions = shown_versions(where)
    for start in range(0, len(versions), CHUNK):
        chunk = {version.pk: version for version in versions[start : start + CHUNK]}
        asked: dict[int, list[RequiredDatum]] = {}
        for datum in RequiredDatum.objects.filter(version__in=list(chunk)).order_by("order", "pk"):
            datum.version = chunk[datum.version_id]
            asked.setdefault(datum.version_id, []).append(datum)
        for pk in chunk:
            yield from asked.get(pk, [])
