from backoffice.models.outages import Outage
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

__all__ = [
    "CountedDay",
    "DailyAccesses",
    "DailyAccessesOfProcedure",
    "DailyTimes",
    "DailyTimesOfProcedure",
    "Outage",
    "Reached",
    "StoredDocuments",
    "TimedStep",
]
