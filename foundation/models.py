from foundation.limits import Spending

__all__ = ["Spending"]
