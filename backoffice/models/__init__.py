from backoffice.models.imports import ImportRow, ImportRun, ImportState
from backoffice.models.outages import Outage
from backoffice.models.outside_links import OutsideLink
from backoffice.models.statistics import (
    CountedDay,
    DailyAccesses,
    DailyAccessesOfProcedure,
    DailyTimes,
    DailyTimesOfProcedure,
    Reached,
    StoredDocuments,
    TimedStep,
)
from backoffice.models.trials import Trial
from backoffice.models.used_codes import UsedCode

__all__ = [
    "CountedDay",
    "DailyAccesses",
    "DailyAccessesOfProcedure",
    "DailyTimes",
    "DailyTimesOfProcedure",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "Outage",
    "OutsideLink",
    "Reached",
    "StoredDocuments",
    "TimedStep",
    "Trial",
    "UsedCode",
]
