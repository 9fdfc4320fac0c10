"""Procedures that are no longer offered: their addresses still lead people on."""

from dataclasses import dataclass

from procedures.models import Entity, ProcedureVersion, VersionState
from procedures.models.catalogue import replacement_chain, replacements


@dataclass(frozen=True)
class RetiredProcedure:
    """``version`` is the last one published; ``replaced_by`` are the primary keys of its chain of replacements."""

    version: ProcedureVersion
    replaced_by: tuple[int, ...] = ()

    @property
    def entity(self) -> Entity:
        return self.version.procedure.entity


def retired_procedures() -> dict[str, RetiredProcedure]:
    """Return the retired procedures by code, in two queries."""
    offered = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).values("procedure")
    versions = (
        ProcedureVersion.objects.filter(state=VersionState.RETIRED)
        .exclude(procedure__in=offered)
        .select_related("procedure__entity")
        .order_by("number")
    )
    replaced_by = replacements()
    return {
        version.procedure.code: RetiredProcedure(version, replacement_chain(version.procedure_id, replaced_by)[1:])
        for version in versions
    }
