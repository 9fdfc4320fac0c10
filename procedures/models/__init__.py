from procedures.models.access import Access, Outcome, State
from procedures.models.banners import Banner
from procedures.models.catalogue import CatalogueStamp, Entity, Procedure
from procedures.models.favourites import Favourite
from procedures.models.health import Availability, ConnectorHealth
from procedures.models.life_events import LifeEvent, LifeEventStep, Synonym
from procedures.models.measured import MeasuredTime
from procedures.models.profiles import ConnectorProfile
from procedures.models.required_data import DatumType, RequiredDatum
from procedures.models.slots import ConnectorSlot
from procedures.models.switches import OperatorSwitch, SwitchState
from procedures.models.versions import Kind, Level, ProcedureVersion, VersionState
from procedures.models.zero_results import ZeroResultSearch

__all__ = [
    "Access",
    "Availability",
    "Banner",
    "CatalogueStamp",
    "ConnectorHealth",
    "ConnectorProfile",
    "ConnectorSlot",
    "DatumType",
    "Entity",
    "Favourite",
    "Kind",
    "Level",
    "LifeEvent",
    "LifeEventStep",
    "MeasuredTime",
    "OperatorSwitch",
    "Outcome",
    "Procedure",
    "ProcedureVersion",
    "RequiredDatum",
    "State",
    "SwitchState",
    "Synonym",
    "VersionState",
    "ZeroResultSearch",
]
