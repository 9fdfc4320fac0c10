"""The catalogue as it is now, by natural keys, read in a number of queries that does not grow with the rows."""

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
"""What a row says, by column."""

FEW = 500
"""Up to how many procedures are named in a query; beyond it the versions of all are read."""
CHUNK = 2000
CURRENT = (VersionState.PUBLISHED, VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)
"""The states of the versions that an import compares with; retired ones are history."""


@dataclass
class StoredRow:
    """A row of the catalogue."""

    instance: Any
    values: Values


@dataclass
class StoredVersion(StoredRow):
    """A version with its required data by key."""

    data: dict[str, Values] = field(default_factory=dict)


@dataclass
class StoredContent:
    """The version of a procedure that an export shows, those not published yet, and the last number given."""

    shown: StoredVersion | None = None
    open: list[StoredVersion] = field(default_factory=list)
    last_number: int = 0

    @property
    def draft(self) -> StoredVersion | None:
        """Return the only draft; None when there is none, or more than one to choose from."""
        drafts = [version for version in self.open if version.instance.state == VersionState.DRAFT]
        return drafts[0] if len(drafts) == 1 else None


class CatalogueSnapshot:
    """The catalogue at ``stamp``, read as it is asked for; ``codes`` are the procedures whose content will be."""

    def __init__(self, codes: Collection[str] = ()) -> None:
        self.stamp = CatalogueStamp.current()
        self.codes = codes

    @cached_property
    def entities(self) -> dict[str, StoredRow]:
        return {entity.slug: _stored("entities", entity) for entity in Entity.objects.all()}

    @cached_property
    def procedures(self) -> dict[str, StoredRow]:
        found = Procedure.objects.select_related("entity", "replaced_by__entity")
        return {procedure.code: _stored("procedures", procedure) for procedure in found}

    @cached_property
    def contents(self) -> dict[str, StoredContent]:
        where = self._of_codes()
        code_by_pk = {stored.instance.pk: code for code, stored in self.procedures.items()}
        numbers = ProcedureVersion.objects.filter(where).order_by().values_list("procedure").annotate(Max("number"))
        contents = {code_by_pk[pk]: StoredContent(last_number=last) for pk, last in numbers if pk in code_by_pk}
        versions: dict[int, StoredVersion] = {}
        for version in ProcedureVersion.objects.filter(where, state__in=CURRENT).order_by("number"):
            if (code := code_by_pk.get(version.procedure_id)) is None:
                continue
            version.procedure = self.procedures[code].instance
            stored = versions[version.pk] = StoredVersion(version, RESOURCES["versions"].values_of(version))
            content = contents.setdefault(code, StoredContent(last_number=version.number))
            if version.state != VersionState.PUBLISHED:
                content.open.append(stored)
            if content.shown is None or content.shown.instance.state != VersionState.PUBLISHED:
                content.shown = stored
        for datum in _required_data(list(versions)):
            datum.version = versions[datum.version_id].instance
            versions[datum.version_id].data[datum.key] = RESOURCES["required_data"].values_of(datum)
        return contents

    def _of_codes(self) -> Q:
        if len(self.codes) > FEW:
            return Q()
        return Q(procedure__in=[self.procedures[code].instance.pk for code in self.codes if code in self.procedures])

    @cached_property
    def life_events(self) -> dict[str, StoredRow]:
        return {event.slug: _stored("life_events", event) for event in LifeEvent.objects.all()}

    @cached_property
    def steps(self) -> dict[str, dict[str, StoredRow]]:
        """The steps by life event and procedure."""
        steps: dict[str, dict[str, StoredRow]] = {slug: {} for slug in self.life_events}
        for step in LifeEventStep.objects.select_related("life_event", "procedure__entity").order_by("order", "pk"):
            steps[step.life_event.slug][step.procedure.code] = _stored("life_event_steps", step)
        return steps

    @cached_property
    def synonyms(self) -> dict[tuple[str, str], StoredRow]:
        return {(row.language, row.said): _stored("synonyms", row) for row in Synonym.objects.all()}


def _stored(kind: str, instance: Any) -> StoredRow:
    return StoredRow(instance, RESOURCES[kind].values_of(instance))


def _required_data(versions: list[int]) -> Iterator[RequiredDatum]:
    for start in range(0, len(versions), CHUNK):
        chunk = versions[start : start + CHUNK]
        yield from RequiredDatum.objects.filter(version__in=chunk).order_by("order", "pk")
