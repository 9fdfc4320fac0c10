"""The catalogue as it is now, by natural keys, read in a number of queries that does not grow with the rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Max, Q

from procedures.models import CatalogueStamp, ProcedureVersion, VersionState
from procedures.transfer.queries import CURRENT, instances, required_data
from procedures.transfer.resources import RESOURCES, Key, Values

FEW = 500
"""Up to how many procedures are named in a query; beyond it the versions of all are read."""


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

    def add(self, version: StoredVersion) -> None:
        """Add a version with a higher number than those before it."""
        if version.instance.state != VersionState.PUBLISHED:
            self.open.append(version)
        if self.shown is None or self.shown.instance.state != VersionState.PUBLISHED:
            self.shown = version


class CatalogueSnapshot:
    """The catalogue at ``stamp``, read as it is asked for; ``codes`` are the procedures whose content will be."""

    def __init__(self, codes: Collection[str] = ()) -> None:
        self.stamp = CatalogueStamp.current()
        self.codes = codes
        self._rows: dict[str, dict[Key, StoredRow]] = {}

    def of(self, kind: str) -> dict[Key, StoredRow]:
        """Return the rows of a kind by key; versions and their required data are in ``contents``."""
        if kind not in self._rows:
            resource = RESOURCES[kind]
            rows = (StoredRow(instance, resource.values_of(instance)) for instance in instances(kind))
            self._rows[kind] = {resource.key_of(row.values): row for row in rows}
        return self._rows[kind]

    @cached_property
    def contents(self) -> dict[str, StoredContent]:
        """The contents by the codes of their procedures."""
        procedures = {row.instance.pk: row.instance for row in self.of("procedures").values()}
        where = Q()
        if len(self.codes) <= FEW:
            where = Q(procedure__in=[pk for pk, procedure in procedures.items() if procedure.code in self.codes])
        numbers = ProcedureVersion.objects.filter(where).order_by().values_list("procedure").annotate(Max("number"))
        contents = {pk: StoredContent(last_number=last) for pk, last in numbers if pk in procedures}
        versions: dict[int, StoredVersion] = {}
        for version in ProcedureVersion.objects.filter(where, state__in=CURRENT).order_by("number"):
            if (content := contents.get(version.procedure_id)) is not None:
                version.procedure = procedures[version.procedure_id]
                versions[version.pk] = StoredVersion(version, RESOURCES["versions"].values_of(version))
                content.add(versions[version.pk])
        for datum in required_data([stored.instance for stored in versions.values()]):
            versions[datum.version_id].data[datum.key] = RESOURCES["required_data"].values_of(datum)
        return {procedures[pk].code: content for pk, content in contents.items()}
