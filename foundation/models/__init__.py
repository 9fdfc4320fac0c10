from foundation.models.audit import AppendOnly, AuditEntry, AuditEntryQuerySet, AuditHead
from foundation.models.revisions import Revisioned
from foundation.models.schedule import ScheduledTask, ScheduledTaskQuerySet
from foundation.models.spending import Spending
from foundation.models.switches import AVAILABLE, Switch, SwitchQuerySet, SwitchState

__all__ = [
    "AVAILABLE",
    "AppendOnly",
    "AuditEntry",
    "AuditEntryQuerySet",
    "AuditHead",
    "Revisioned",
    "ScheduledTask",
    "ScheduledTaskQuerySet",
    "Spending",
    "Switch",
    "SwitchQuerySet",
    "SwitchState",
]
