"""What the catalogue says now, by natural keys, read in a number of queries that does not grow with the rows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Max, Q

from procedures.models import (
    CatalogueStamp,
    Entity,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Synonym,
    VersionState,
)
from procedures.transfer.resources import RESOURCES

type Values = dict[str, Any]

FEW = 500
CHUNK = 2000


@dataclass
class StoredRow:
    """A row of the catalogue and what it says by its sheet's columns."""

    instance: Any
    values: Values


@dataclass
class StoredVersion(StoredRow):
    """A version with what it asks for, by key."""

    data: dict[str, Values] = field(default_factory=dict)


@dataclass
class Content:
    """What there is of a procedure: the version that an export shows, those on their way, the last number given."""

    shown: StoredVersion | None = None
    open: list[StoredVersion] = field(default_factory=list)
    last_number: int = 0

    @property
    def draft(self) -> StoredVersion | None:
        """The one draft; None when there is none, or more than one to choose from."""
        drafts = [held for held in self.open if held.instance.state == VersionState.DRAFT]
        return drafts[0] if len(drafts) == 1 else None


class CatalogueSnapshot:
    """The catalogue as it is at ``stamp``; ``codes`` are the procedures whose content will be asked for."""

    def __init__(self, codes: Collection[str] = ()) -> None:
        self.stamp = CatalogueStamp.current()
        self.codes = codes

    @cached_property
    def entities(self) -> dict[str, StoredRow]:
        return {entity.slug: _held("entities", entity) for entity in Entity.objects.all()}

    @cached_property
    def procedures(self) -> dict[str, StoredRow]:
        found = Procedure.objects.select_related("entity", "replaced_by__entity")
        return {procedure.code: _held("procedures", procedure) for procedure in found}

    @cached_property
    def contents(self) -> dict[str, Content]:
        where = self._of_these()
        by_pk = {held.instance.pk: code for code, held in self.procedures.items()}
        last = ProcedureVersion.objects.filter(where).order_by().values_list("procedure").annotate(Max("number"))
        contents = {by_pk[pk]: Content(last_number=number) for pk, number in last if pk in by_pk}
        held: dict[int, StoredVersion] = {}
        states = (VersionState.PUBLISHED, VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)
        for version in ProcedureVersion.objects.filter(where, state__in=states).order_by("number"):
            if (code := by_pk.get(version.procedure_id)) is None:
                continue
            version.procedure = self.procedures[code].instance
            one = held[version.pk] = StoredVersion(version, RESOURCES["versions"].values_of(version))
            content = contents[code]
            if version.state != VersionState.PUBLISHED:
                content.open.append(one)
            if content.shown is None or content.shown.instance.state != VersionState.PUBLISHED:
                content.shown = one
        for datum in _data_of(list(held)):
            datum.version = held[datum.version_id].instance
            held[datum.version_id].data[datum.key] = RESOURCES["required_data"].values_of(datum)
        return contents

    def _of_these(self) -> Q:
        if len(self.codes) > FEW:
            return Q()
        known = [self.procedures[code].instance.pk for code in self.codes if code in self.procedures]
        return Q(procedure__in=known)

    @cached_property
    def life_events(self) -> dict[str, StoredRow]:
        return {event.slug: _held("life_events", event) for event in LifeEvent.objects.all()}

    @cached_property
    def steps(self) -> dict[str, dict[str, StoredRow]]:
        """By life event and procedure."""
        steps: dict[str, dict[str, StoredRow]] = {slug: {} for slug in self.life_events}
        for step in LifeEventStep.objects.select_related("life_event", "procedure__entity").order_by("order", "pk"):
            steps[step.life_event.slug][step.procedure.code] = _held("life_event_steps", step)
        return steps

    @cached_property
    def synonyms(self) -> dict[tuple[str, str], StoredRow]:
        return {(row.language, row.said): _held("synonyms", row) for row in Synonym.objects.all()}


def _held(kind: str, instance: Any) -> StoredRow:
    return StoredRow(instance, RESOURCES[kind].values_of(instance))


def _data_of(versions: list[int]) -> Iterator[RequiredDatum]:
    for start in range(0, len(versions), CHUNK):
        chunk = versions[start : start + CHUNK]
        yield from RequiredDatum.objects.filter(version__in=chunk).order_by("order", "pk")
