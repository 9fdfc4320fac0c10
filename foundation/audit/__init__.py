"""What staff did and what befell the portal's security, written down for good.

``record`` writes an entry about a change: it commits, or rolls back, with that change. ``record_anyway`` writes one
about a refusal or fault, whatever becomes of the transaction around it, and so seldom that nobody can flood the log.
Each entry is chained to the one before it by a keyed hash (``foundation.audit.keys``), so that a row that was altered,
dropped, put in or moved is seen (``foundation.audit.verification``).
"""

from foundation.audit.keys import check_keys
from foundation.audit.recording import forget_recent, record, record_anyway

__all__ = ["check_keys", "forget_recent", "record", "record_anyway"]
