from foundation.limits import Spending
from foundation.revisions import Revisioned

__all__ = ["Revisioned", "Spending"]
