"""Which methods the operator's switches leave usable, read by each process every few seconds."""

from collections.abc import Iterable, Mapping

from clave.models.method_switch import MethodSwitch
from foundation.refreshed import Refreshed

SEEN_SECONDS = 3.0


def _read() -> Mapping[str, MethodSwitch]:
    return {row.method: row for row in MethodSwitch.objects.unavailable()}


_switches = Refreshed[Mapping[str, MethodSwitch]](
    "the method switches", _read, max_age=lambda: SEEN_SECONDS, fallback=dict
)


def current_switches() -> Mapping[str, MethodSwitch]:
    """Return the switches now closed or degraded, by method."""
    return {method: switch for method, switch in _switches.get().items() if switch.is_closed or switch.is_degraded}


def forget_switches() -> None:
    """Read the database again on next use."""
    _switches.forget()


def is_closed(method: str) -> bool:
    switch = current_switches().get(method)
    return switch is not None and switch.is_closed


def unavailable_methods(methods: Iterable[str]) -> list[MethodSwitch]:
    """Return the switches of those methods that are closed or degraded, in the order given."""
    switches = current_switches()
    return [switches[method] for method in methods if method in switches]


def open_methods(methods: Iterable[str]) -> list[str]:
    """Return the methods that are not closed, in the order given."""
    return [method for method in methods if not is_closed(method)]
