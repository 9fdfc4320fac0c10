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
from procedures.models.favourites import Favourite
from procedures.models.health import Availability, ConnectorHealth
from procedures.models.life_events import LifeEvent, LifeEventStep, Synonym
from procedures.models.measured import MeasuredTime
from procedures.models.slots import ConnectorSlot
from procedures.models.zero_results import ZeroResultSearch

__all__ = [
    "Access",
    "Availability",
    "CatalogueStamp",
    "ConnectorHealth",
    "ConnectorSlot",
    "Entity",
    "Favourite",
    "Kind",
    "Level",
    "LifeEvent",
    "LifeEventStep",
    "MeasuredTime",
    "Outcome",
    "Procedure",
    "ProcedureVersion",
    "RequiredDatum",
    "State",
    "Synonym",
    "VersionState",
    "ZeroResultSearch",
]
