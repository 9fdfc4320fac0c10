"""Which methods of identification can be used now.

The catalogue shows it before anybody identifies, but the operator's switches of the methods belong to ``clave``, which
this app does not import: whoever imports both hands them over when the application starts (``accesses.apps``).
"""

from collections.abc import Callable, Iterable, Mapping

from foundation.models import Switch

type MethodSwitches = Callable[[], Mapping[str, Switch]]

_provider: list[MethodSwitches] = []


def provide_method_switches(provider: MethodSwitches) -> None:
    """Register what returns the switches that are closed or degraded now, by method; called once at start."""
    _provider[:] = [provider]


def _current() -> Mapping[str, Switch]:
    return _provider[0]() if _provider else {}


def unavailable_methods(methods: Iterable[str]) -> list[Switch]:
    """Return what the operator says of these methods, in their order."""
    switches = _current()
    return [switches[method] for method in methods if method in switches]


def open_methods(methods: Iterable[str]) -> list[str]:
    """Return those of these methods that are not closed."""
    switches = _current()
    return [method for method in methods if method not in switches or not switches[method].is_closed]
