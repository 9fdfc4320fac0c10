"""The availability of each procedure right now, and how long it takes: a small map, read apart from the catalogue.

It changes by itself, often and briefly (a body falters, an operator closes something), so a change of it must never
cause the catalogue to be read again.

The switches of the identification methods belong to ``clave``, which this app does not import: ``accesses.apps``, which
imports both, provides them when the application starts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Self

from foundation.models import Switch
from procedures.models import (
    Availability,
    Banner,
    ConnectorHealth,
    MeasuredTime,
    OperatorSwitch,
    Popularity,
    Procedure,
    ProcedureVersion,
    SwitchState,
)

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class AvailabilityMap:
    """Health by entity slug, operator's switches by primary key, measured times by version, banners that are shown
    or will be, and the primary keys of the procedures started most often. ``serial`` is unique in this process."""

    health: Mapping[str, Availability] = field(default_factory=dict)
    entity_switches: Mapping[int, OperatorSwitch] = field(default_factory=dict)
    procedure_switches: Mapping[int, OperatorSwitch] = field(default_factory=dict)
    measured_times: Mapping[int, MeasuredTime] = field(default_factory=dict)
    banners: tuple[Banner, ...] = ()
    popular: tuple[int, ...] = ()
    serial: int = field(default_factory=count().__next__)

    @classmethod
    def read(cls) -> Self:
        """Read the map in five queries, whatever the size of the catalogue."""
        switches = list(OperatorSwitch.objects.unavailable().select_related("procedure"))
        return cls(
            ConnectorHealth.objects.states(),
            {switch.entity_id: switch for switch in switches if switch.entity_id is not None},
            {switch.procedure_id: switch for switch in switches if switch.procedure_id is not None},
            MeasuredTime.objects.reliable().in_bulk(),
            tuple(Banner.objects.to_come().select_related("entity")),
            tuple(Popularity.objects.ranked()),
        )

    def switches_of_entity(self, entity_id: int) -> tuple[OperatorSwitch, ...]:
        return (self.entity_switches[entity_id],) if entity_id in self.entity_switches else ()

    def switches_of(self, procedure: Procedure) -> tuple[OperatorSwitch, ...]:
        own = (self.procedure_switches[procedure.pk],) if procedure.pk in self.procedure_switches else ()
        return (*own, *self.switches_of_entity(procedure.entity_id))

    def health_of(self, entity_slug: str) -> Availability:
        return self.health.get(entity_slug, Availability.OK)

    def fingerprint(self, entity_id: int, entity_slug: str, versions: Iterable[ProcedureVersion]) -> object:
        """Return a hashable value that changes with what pages show about this entity and these versions."""
        versions = list(versions)
        switches = [self.entity_switches.get(entity_id)]
        switches += [self.procedure_switches.get(version.procedure_id) for version in versions]
        times = [self.measured_times.get(version.pk) for version in versions]
        return (
            self.health_of(entity_slug),
            tuple((switch.pk, switch.revision) for switch in switches if switch),
            tuple((time.pk, time.p50_ms, time.p90_ms) for time in times if time),
            self._banners_fingerprint,
        )

    @cached_property
    def _banners_fingerprint(self) -> object:
        return tuple((banner.pk, banner.revision, banner.is_announced) for banner in self.banners)


def effective_switch(switches: Iterable[OperatorSwitch]) -> OperatorSwitch | None:
    """Return the switch to show: a closed one rather than a degraded one, then the one that ends last."""
    unavailable = [switch for switch in switches if switch.state_now != SwitchState.AVAILABLE]
    return max(unavailable, key=lambda switch: (switch.is_closed, switch.until or _NEVER), default=None)


def effective_availability(switch: OperatorSwitch | None, health: Availability) -> Availability:
    """Return the availability to show: the operator's switch takes precedence over what calls have shown."""
    if switch is None:
        return health
    return Availability.CLOSED if switch.is_closed else Availability.DEGRADED


# --- Methods of identification ---------------------------------------------------------------------------------------

type MethodSwitches = Callable[[], Mapping[str, Switch]]

_provider: list[MethodSwitches] = []


def provide_method_switches(provider: MethodSwitches) -> None:
    """Register, once at start, the function that returns the switches closed or degraded now, by method."""
    _provider[:] = [provider]


def current_method_switches() -> Mapping[str, Switch]:
    return _provider[0]() if _provider else {}


def unavailable_methods(methods: Iterable[str]) -> list[Switch]:
    """Return the switches of those of these methods that are closed or degraded, in the same order."""
    switches = current_method_switches()
    return [switches[method] for method in methods if method in switches]


def open_methods(methods: Iterable[str]) -> list[str]:
    """Return the methods that are not closed, in the same order."""
    switches = current_method_switches()
    return [method for method in methods if method not in switches or not switches[method].is_closed]
