from procedures.models.banners import Banner
from procedures.models.catalogue import Entity, Procedure
from procedures.models.external_services import ExternalService
from procedures.models.health import Availability, ConnectorHealth
from procedures.models.life_events import LifeEvent, LifeEventStep, Synonym
from procedures.models.measured_times import MeasuredTime
from procedures.models.popularity import Popularity
from procedures.models.required_data import DatumType, RequiredDatum
from procedures.models.stamps import CatalogueStamp, Stamp, Stamps
from procedures.models.switches import OperatorSwitch, SwitchState
from procedures.models.versions import Kind, Level, ProcedureVersion, VersionState
from procedures.models.zero_results import ZeroResultSearch

__all__ = [
    "Availability",
    "Banner",
    "CatalogueStamp",
    "ConnectorHealth",
    "DatumType",
    "Entity",
    "ExternalService",
    "Kind",
    "Level",
    "LifeEvent",
    "LifeEventStep",
    "MeasuredTime",
    "OperatorSwitch",
    "Popularity",
    "Procedure",
    "ProcedureVersion",
    "RequiredDatum",
    "Stamp",
    "Stamps",
    "SwitchState",
    "Synonym",
    "VersionState",
    "ZeroResultSearch",
]
