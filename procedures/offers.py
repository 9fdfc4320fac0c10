"""What is offered: a procedure, an entity's procedures, a life event's, each with its availability."""

from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse

from foundation.models import Switch
from procedures.availability import (
    AvailabilityMap,
    combined,
    deciding_switch,
    open_methods,
    unavailable_methods,
)
from procedures.durations import in_words, nearly_always
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
    """One procedure as it is offered: its published version, with procedure, entity and required data loaded."""

    version: ProcedureVersion
    now: AvailabilityMap = field(default_factory=AvailabilityMap, repr=False)

    @property
    def entity(self) -> Entity:
        return self.version.procedure.entity

    @property
    def code(self) -> str:
        return self.version.procedure.code

    @property
    def start_url(self) -> str:
        return reverse("accesses:start", args=[self.entity.slug, self.version.procedure.slug])

    @property
    def switch(self) -> OperatorSwitch | None:
        """What the operator says of it or of its entity, if anything."""
        return deciding_switch(self.now.switches_of(self.version.procedure))

    @property
    def is_open(self) -> bool:
        switch = self.switch
        return switch is None or not switch.is_closed

    @property
    def unavailable_methods(self) -> list[Switch]:
        """What the operator says of the methods that it accepts."""
        return unavailable_methods(self.version.methods)

    @property
    def has_method(self) -> bool:
        """Whether any of the methods that it accepts can be used now."""
        return bool(open_methods(self.version.methods))

    @property
    def may_start(self) -> bool:
        return self.is_open and self.has_method

    @property
    def health(self) -> Availability:
        """What calls to its entity have seen."""
        return self.now.health_of(self.entity.slug)

    @property
    def availability(self) -> Availability:
        return combined(self.switch, self.health)

    @property
    def measured(self) -> MeasuredTime | None:
        return self.now.measured.get(self.version.pk)

    @property
    def duration(self) -> str:
        """How long it takes, as measured, or else as the catalogue says."""
        measured = self.measured
        return in_words(measured.p50_ms) if measured else str(self.version.duration)

    @property
    def duration_within(self) -> str:
        """The same inside a sentence, where it does not begin with a capital."""
        return self.duration[:1].lower() + self.duration[1:]

    @property
    def longest(self) -> str:
        """How long it takes nine times in ten; empty while that is not known."""
        measured = self.measured
        return nearly_always(measured.p90_ms) if measured else ""


@dataclass(frozen=True)
class EntityOffers:
    """An entity and its published versions, in its order."""

    entity: Entity
    versions: tuple[ProcedureVersion, ...]
    now: AvailabilityMap = field(default_factory=AvailabilityMap, repr=False)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(Offer(version, self.now) for version in self.versions)

    @property
    def switch(self) -> OperatorSwitch | None:
        """What the operator says of it, if anything."""
        return deciding_switch(self.now.switches_of_entity(self.entity.pk))

    @property
    def availability(self) -> Availability:
        return combined(self.switch, self.now.health_of(self.entity.slug))


@dataclass(frozen=True)
class EventStep:
    """What is offered for one step of a life event, and why it is a step of it."""

    step: LifeEventStep
    offer: Offer

    @property
    def note(self) -> str:
        return str(self.step.note)


@dataclass(frozen=True)
class Event:
    """A life event and those of its steps that are published, in their order."""

    life_event: LifeEvent
    steps: tuple[EventStep, ...]

    @property
    def slug(self) -> str:
        return str(self.life_event.slug)

    @property
    def name(self) -> str:
        return str(self.life_event.name)
