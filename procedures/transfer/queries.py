"""The instances behind each kind of sheet; of each procedure its published version, or else its latest draft."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Q

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
from procedures.transfer.translations import TRANSLATED, rows_of

CHUNK = 1000
CURRENT = (VersionState.PUBLISHED, VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)
"""The states of versions that are exported and compared; retired ones are history."""


def instances(kind: str, entities: Collection[str] = ()) -> Iterable[Any]:
    """Return what a sheet shows, limited to these entities if any are given.

    Life events and synonyms belong to no entity and are always whole.
    """

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
            return required_data(_shown_versions(of("procedure__entity__slug")))
        case "life_events":
            return LifeEvent.objects.all()
        case "life_event_steps":
            steps = LifeEventStep.objects.select_related("life_event", "procedure__entity")
            return steps.order_by("life_event__order", "life_event__slug", "order", "pk")
        case "synonyms":
            return Synonym.objects.all()
    return rows_of({part: instances(part, entities) for part in TRANSLATED})


def _shown_versions(where: Q) -> list[ProcedureVersion]:
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


def required_data(versions: list[ProcedureVersion]) -> Iterator[RequiredDatum]:
    """Yield the required data of the versions, in the order of the versions."""
    for start in range(0, len(versions), CHUNK):
        by_version: dict[int, list[RequiredDatum]] = {version.pk: [] for version in versions[start : start + CHUNK]}
        for datum in RequiredDatum.objects.filter(version__in=list(by_version)).order_by("order", "pk"):
            by_version[datum.version_id].append(datum)
        for version in versions[start : start + CHUNK]:
            for datum in by_version[version.pk]:
                datum.version = version
                yield datum
