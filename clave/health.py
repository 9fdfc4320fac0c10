"""Whether Cl@ve is responding, read by each process every few seconds, to warn people before they start."""

from clave.models.gateway_health import GatewayHealth
from foundation.refreshed import Refreshed

SEEN_SECONDS = 3.0

_is_degraded = Refreshed[bool](
    "Cl@ve's health", lambda: GatewayHealth.objects.is_degraded(), max_age=lambda: SEEN_SECONDS, fallback=lambda: False
)


def is_degraded() -> bool:
    """Return whether recent calls to Cl@ve have failed."""
    return _is_degraded.get()


def forget_health() -> None:
    """Read the database again on next use."""
    _is_degraded.forget()
