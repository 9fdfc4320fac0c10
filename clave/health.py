"""Whether Cl@ve answers: told to people before they begin, looked at by each process every few seconds at most."""

from clave.models.gateway_health import GatewayHealth
from foundation.refreshed import Refreshed

SEEN_SECONDS = 3.0

_is_degraded = Refreshed[bool](
    "Cl@ve's health", lambda: GatewayHealth.objects.is_degraded(), max_age=lambda: SEEN_SECONDS, fallback=lambda: False
)


def is_degraded() -> bool:
    """Return whether Cl@ve has not answered lately."""
    return _is_degraded.get()


def forget_health() -> None:
    """Look again when next asked."""
    _is_degraded.forget()
