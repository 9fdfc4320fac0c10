"""What is offered: a procedure, an entity's procedures, a life event's, each with what is known of its availability."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.urls import reverse

from foundation.models import Switch
from procedures.availability import open_methods, unavailable_methods
from procedures.durations import in_words, nearly_always
from procedures.models import (
    Availability,
    Entity,
    LifeEvent,
    LifeEventStep,
    MeasuredTime,
    OperatorSwitch,
    ProcedureVersion,
    SwitchState,
)

_NEVER = datetime.max.replace(tzinfo=UTC)


def _what_counts(switches: tuple[OperatorSwitch, ...]) -> OperatorSwitch | None:
    """Of what the operator says, what is to be told: what is closed, and what ends last."""
    unavailable = [switch for switch in switches if switch.state_now != SwitchState.AVAILABLE]
    return max(unavailable, key=lambda switch: (switch.is_closed, switch.until or _NEVER), default=None)


def _availability(said: OperatorSwitch | None, health: Availability) -> Availability:
    """What is told before anybody identifies: the operator's word beats what calls have seen."""
    if said is None:
        return health
    return Availability.CLOSED if said.is_closed else Availability.DEGRADED


@dataclass(frozen=True)
class Offer:
    """One procedure as it is offered: its published version, with procedure, entity and required data loaded.

    ``health`` is what calls to its entity have seen; ``measured`` how long it takes, once that is known; ``switches``
    what the operator says of it and of its entity.
    """

    version: ProcedureVersion
    health: Availability = Availability.OK
    measured: MeasuredTime | None = None
    switches: tuple[OperatorSwitch, ...] = ()

    @property
    def entity(self) -> Entity:
        return self.version.procedure.entity

    @property
    def code(self) -> str:
        return self.version.procedure.code

    @property
    def start_url(self) -> str:
        """Where it begins."""
        return reverse("accesses:start", args=[self.entity.slug, self.version.procedure.slug])

    @property
    def said(self) -> OperatorSwitch | None:
        """The operator's word on it, if there is one now."""
        return _what_counts(self.switches)

    @property
    def is_open(self) -> bool:
        said = self.said
        return said is None or not said.is_closed

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
    def availability(self) -> Availability:
        """What is told before anybody identifies."""
        return _availability(self.said, self.health)

    @property
    def duration(self) -> str:
        """How long it takes, as measured, or else as the catalogue says."""
        return in_words(self.measured.p50_ms) if self.measured else str(self.version.duration)

    @property
    def duration_within(self) -> str:
        """The same as part of a sentence, where it does not begin with a capital."""
        return self.duration[:1].lower() + self.duration[1:]

    @property
    def longest(self) -> str:
        """How long it takes nine times in ten; nothing while that is not known."""
        return nearly_always(self.measured.p90_ms) if self.measured else ""


@dataclass(frozen=True)
class EntityOffers:
    """An entity and what it offers, in its order."""

    entity: Entity
    offers: tuple[Offer, ...]
    health: Availability = Availability.OK
    switches: tuple[OperatorSwitch, ...] = ()

    @property
    def said(self) -> OperatorSwitch | None:
        """The operator's word on it, if there is one now."""
        return _what_counts(self.switches)

    @property
    def availability(self) -> Availability:
        return _availability(self.said, self.health)


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
