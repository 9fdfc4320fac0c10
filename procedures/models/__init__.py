from procedures.models.access import Access, Outcome, State
from procedures.models.catalogue import (
    CatalogueStamp,
    Entity,
    Kind,
    Level,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    VersionState,
)
from procedures.models.slots import ConnectorSlot

__all__ = [
    "Access",
    "CatalogueStamp",
    "ConnectorSlot",
    "Entity",
    "Kind",
    "Level",
    "Outcome",
    "Procedure",
    "ProcedureVersion",
    "RequiredDatum",
    "State",
    "VersionState",
]
