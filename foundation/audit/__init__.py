"""What staff did and what happened to the portal's security, recorded for good.

``record`` writes an entry about a change, which commits or rolls back with that change. ``record_anyway`` writes one
about a refusal or a fault, whatever becomes of the surrounding transaction, and is rate-limited so that nobody can
flood the log. A keyed hash (``foundation.audit.keys``) chains each entry to the one before it, so that an altered,
deleted, inserted or moved row is found (``foundation.audit.verification``).
"""

from foundation.audit.keys import check_keys
from foundation.audit.recording import forget_recent, record, record_anyway

__all__ = ["check_keys", "forget_recent", "record", "record_anyway"]
