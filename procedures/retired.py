"""What was offered once and is no more: its address still leads people on."""

from dataclasses import dataclass

from procedures.models import Entity, Procedure, ProcedureVersion, VersionState
from procedures.models.catalogue import chain_of


@dataclass(frozen=True)
class Retired:
    """A procedure that has ended: what it said at its latest, and the keys of those that replace it, one another."""

    version: ProcedureVersion
    replaced_by: tuple[int, ...] = ()

    @property
    def entity(self) -> Entity:
        return self.version.procedure.entity


def retired() -> dict[str, Retired]:
    """All of them by their codes, in two queries."""
    offered = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).values("procedure")
    versions = (
        ProcedureVersion.objects.filter(state=VersionState.RETIRED)
        .exclude(procedure__in=offered)
        .select_related("procedure__entity")
        .order_by("number")
    )
    replaced = dict(Procedure.objects.exclude(replaced_by=None).values_list("pk", "replaced_by"))
    return {
        version.procedure.code: Retired(version, chain_of(version.procedure_id, replaced)[1:]) for version in versions
    }
