from accesses.models.access import Access, Outcome, State
from accesses.models.connector_profiles import ConnectorProfile
from accesses.models.connector_slots import ConnectorSlot
from accesses.models.favourites import Favourite

__all__ = ["Access", "ConnectorProfile", "ConnectorSlot", "Favourite", "Outcome", "State"]
