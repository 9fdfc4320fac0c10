from backoffice.models.links import OutsideLink
from backoffice.models.trials import Trial

__all__ = ["OutsideLink", "Trial"]
