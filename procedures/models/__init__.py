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
from procedures.models.life_events import LifeEvent, LifeEventStep, Synonym
from procedures.models.slots import ConnectorSlot
from procedures.models.zero_results import ZeroResultSearch

__all__ = [
    "Access",
    "CatalogueStamp",
    "ConnectorSlot",
    "Entity",
    "Kind",
    "Level",
    "LifeEvent",
    "LifeEventStep",
    "Outcome",
    "Procedure",
    "ProcedureVersion",
    "RequiredDatum",
    "State",
    "Synonym",
    "VersionState",
    "ZeroResultSearch",
]
