"""Offers: published procedures with their availability, alone or grouped by entity or life event."""

from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse

from foundation.models import Switch
from procedures.availability import (
    AvailabilityMap,
    effective_availability,
    effective_switch,
    open_methods,
    unavailable_methods,
)
from procedures.durations import humanize_duration, humanize_p90
from procedures.models import (
    Availability,
    Entity,
    LifeEvent,
    LifeEventStep,
    MeasuredTime,
    OperatorSwitch,
    ProcedureVersion,
)


@dataclass(frozen=True)
class Offer:
    """A version, with procedure, entity and required data loaded, and its availability."""

    version: ProcedureVersion
    availability_map: AvailabilityMap = field(default_factory=AvailabilityMap, repr=False)

    @property
    def entity(self) -> Entity:
        return self.version.procedure.entity

    @property
    def code(self) -> str:
        return self.version.procedure.code

    @property
    def url(self) -> str:
        return reverse("procedures:procedure", args=[self.entity.slug, self.version.procedure.slug])

    @property
    def start_url(self) -> str:
        return reverse("accesses:start", args=[self.entity.slug, self.version.procedure.slug])

    @property
    def switch(self) -> OperatorSwitch | None:
        """The operator's switch to show, its own or its entity's."""
        return effective_switch(self.availability_map.switches_of(self.version.procedure))

    @property
    def is_open(self) -> bool:
        switch = self.switch
        return switch is None or not switch.is_closed

    @property
    def unavailable_methods(self) -> list[Switch]:
        """The switches of accepted methods that are closed or degraded."""
        return unavailable_methods(self.version.methods)

    @property
    def has_open_method(self) -> bool:
        """Whether any accepted method is open."""
        return bool(open_methods(self.version.methods))

    @property
    def may_start(self) -> bool:
        return self.is_open and self.has_open_method

    @property
    def health(self) -> Availability:
        """What calls to its entity have shown."""
        return self.availability_map.health_of(self.entity.slug)

    @property
    def availability(self) -> Availability:
        return effective_availability(self.switch, self.health)

    @property
    def measured_time(self) -> MeasuredTime | None:
        return self.availability_map.measured_times.get(self.version.pk)

    @property
    def duration(self) -> str:
        """How long it takes, as measured if possible, otherwise as the catalogue says."""
        time = self.measured_time
        return humanize_duration(time.p50_ms) if time else str(self.version.duration)

    @property
    def duration_in_sentence(self) -> str:
        """The duration in the middle of a sentence, without its capital."""
        return self.duration[:1].lower() + self.duration[1:]

    @property
    def nearly_always(self) -> str:
        """A sentence with the time that is enough nine times in ten; ``""`` while that is not known."""
        time = self.measured_time
        return humanize_p90(time.p90_ms) if time else ""


@dataclass(frozen=True)
class EntityOffers:
    """An entity and its published versions, in the editors' order."""

    entity: Entity
    versions: tuple[ProcedureVersion, ...]
    availability_map: AvailabilityMap = field(default_factory=AvailabilityMap, repr=False)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(Offer(version, self.availability_map) for version in self.versions)

    @property
    def switch(self) -> OperatorSwitch | None:
        return effective_switch(self.availability_map.switches_of_entity(self.entity.pk))

    @property
    def availability(self) -> Availability:
        return effective_availability(self.switch, self.availability_map.health_of(self.entity.slug))


@dataclass(frozen=True)
class StepOffer:
    """A step of a life event, with its offer."""

    step: LifeEventStep
    offer: Offer

    @property
    def note(self) -> str:
        return str(self.step.note)


@dataclass(frozen=True)
class LifeEventOffers:
    """A life event and those of its steps whose procedures are published, in order."""

    life_event: LifeEvent
    steps: tuple[StepOffer, ...]

    @property
    def slug(self) -> str:
        return str(self.life_event.slug)

    @property
    def name(self) -> str:
        return str(self.life_event.name)
