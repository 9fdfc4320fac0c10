from foundation.audit.entries import AuditEntry, AuditHead
from foundation.limits import Spending
from foundation.revisions import Revisioned

__all__ = ["AuditEntry", "AuditHead", "Revisioned", "Spending"]
