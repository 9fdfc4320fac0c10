"""The published catalogue, in this process's memory.

Read from the database when its stamp has changed (looked at once a second at most); everything that lists, finds or
shows a procedure reads from here, so that pages ask the database nothing.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Prefetch

from foundation import languages
from foundation.search import Index, SynonymRule
from procedures.models import (
    Availability,
    Banner,
    CatalogueStamp,
    ConnectorHealth,
    Entity,
    LifeEvent,
    MeasuredTime,
    OperatorSwitch,
    Procedure,
    ProcedureVersion,
    Synonym,
    VersionState,
)
from procedures.offers import EntityOffers, Event, EventStep, Offer
from procedures.retired import Retired, retired
from procedures.search import entity_text, life_event_text, offer_text, stop_words

__all__ = [
    "Catalogue", "EntityOffers", "Event", "EventStep", "Found", "Offer", "forget_published", "glanced_at", "published",
]  # fmt: skip

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Indexes:
    """What is searched in one language."""

    procedures: Index
    entities: Index
    life_events: Index


@dataclass(frozen=True)
class Found:
    """What a search finds, the best first; where it is nothing, perhaps the words that would have found something."""

    offers: tuple[Offer, ...] = ()
    entities: tuple[EntityOffers, ...] = ()
    life_events: tuple[Event, ...] = ()
    proposal: str = ""

    def __bool__(self) -> bool:
        return bool(self.offers or self.entities or self.life_events)


@dataclass(frozen=True)
class _Switches:
    """What the operator says of entities and procedures, by their keys."""

    entities: dict[int, OperatorSwitch] = field(default_factory=dict)
    procedures: dict[int, OperatorSwitch] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Self:
        unavailable = list(OperatorSwitch.objects.unavailable())
        return cls(
            {switch.entity_id: switch for switch in unavailable if switch.entity_id is not None},
            {switch.procedure_id: switch for switch in unavailable if switch.procedure_id is not None},
        )

    def of_entity(self, entity_id: int) -> tuple[OperatorSwitch, ...]:
        return (self.entities[entity_id],) if entity_id in self.entities else ()

    def of(self, procedure: Procedure) -> tuple[OperatorSwitch, ...]:
        own = (self.procedures[procedure.pk],) if procedure.pk in self.procedures else ()
        return (*own, *self.of_entity(procedure.entity_id))


@dataclass(frozen=True)
class Catalogue:
    """All that is published at one stamp."""

    stamp: int
    entities: tuple[EntityOffers, ...] = ()
    by_code: dict[str, Offer] = field(default_factory=dict)
    by_version: dict[int, Offer] = field(default_factory=dict)
    by_procedure: dict[int, Offer] = field(default_factory=dict)
    retired: dict[str, Retired] = field(default_factory=dict)
    life_events: tuple[Event, ...] = ()
    synonyms: dict[str, tuple[SynonymRule, ...]] = field(default_factory=dict)
    switches: _Switches = field(default_factory=_Switches)
    banners: tuple[Banner, ...] = ()
    indexes: dict[str, _Indexes] = field(default_factory=dict)

    def entity(self, slug: str) -> EntityOffers | None:
        return next((listed for listed in self.entities if listed.entity.slug == slug), None)

    def offer(self, entity: str, procedure: str) -> Offer | None:
        return self.by_code.get(f"{entity}/{procedure}")

    def replacement(self, ended: Retired) -> Offer | None:
        """What is offered in place of a procedure that has ended: the first of those that replace it one another."""
        offered = (self.by_procedure.get(pk) for pk in ended.replaced_by)
        return next(filter(None, offered), None)

    def offer_of(self, version: ProcedureVersion) -> Offer:
        """What is offered by a version that may not be the published one."""
        return self.by_version.get(version.pk) or Offer(version, switches=self.switches.of(version.procedure))

    def life_event(self, slug: str) -> Event | None:
        return next((event for event in self.life_events if event.slug == slug), None)

    def search(self, query: str) -> list[Offer]:
        """The procedures that match in the language in use, the best first."""
        return [self.by_code[code] for code in self._indexes().procedures.find(query)]

    def find(self, query: str) -> Found:
        """All that matches in the language in use."""
        indexes = self._indexes()
        found = Found(
            offers=tuple(self.search(query)),
            entities=tuple(filter(None, (self.entity(slug) for slug in indexes.entities.find(query)))),
            life_events=tuple(filter(None, (self.life_event(slug) for slug in indexes.life_events.find(query)))),
        )
        return found or Found(proposal=indexes.procedures.proposal(query))

    def _indexes(self) -> _Indexes:
        language = languages.current()
        kept = self.indexes.get(language)
        return kept or self.indexes.setdefault(language, self._index(language))

    def _index(self, language: str) -> _Indexes:
        """Index the texts of the language in use."""
        synonyms, ignored = self.synonyms.get(language, ()), stop_words(language)
        return _Indexes(
            Index({code: offer_text(offer, synonyms) for code, offer in self.by_code.items()}, ignored),
            Index({of.entity.slug: entity_text(of.entity, synonyms) for of in self.entities}, ignored),
            Index({event.slug: life_event_text(event) for event in self.life_events}, ignored),
        )


class _Kept:
    """The catalogue last read, and when its stamp was last looked at."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.catalogue: Catalogue | None = None
        self.seen_at = 0.0


_kept = _Kept()


def published() -> Catalogue:
    """The catalogue as it is now, or was within the last second.

    One thread looks for a change while the others go on with what is there, and so does everybody while the database
    is away. Raises ``DatabaseError`` when nothing was read before.
    """
    kept = _kept.catalogue
    if kept is not None and _was_just_seen():
        return kept
    if not _kept.lock.acquire(blocking=kept is None) and kept is not None:
        return kept
    try:
        return _kept.catalogue if _kept.catalogue is not None and _was_just_seen() else _look(kept)
    finally:
        _kept.lock.release()


def glanced_at() -> Catalogue | None:
    """The catalogue as this process last saw it; nothing is asked for it, and None is what it has not read yet.

    For what stands on every page: those that must be there without a database among them.
    """
    return _kept.catalogue


def _was_just_seen() -> bool:
    return bool(time.monotonic() - _kept.seen_at < settings.CATALOGUE_SEEN_SECONDS)


def _look(kept: Catalogue | None) -> Catalogue:
    try:
        stamp = CatalogueStamp.current()
        catalogue = kept if kept is not None and kept.stamp == stamp else _read(stamp)
    except DatabaseError as error:
        if kept is None:
            raise
        logger.warning("The catalogue cannot be looked at: %s", type(error).__name__)
        catalogue = kept
    _kept.catalogue, _kept.seen_at = catalogue, time.monotonic()
    return catalogue


def forget_published() -> None:
    """Read the catalogue again when it is next asked for."""
    with _kept.lock:
        _kept.catalogue = None


def _read(stamp: int) -> Catalogue:
    health = ConnectorHealth.objects.states()
    measured = MeasuredTime.objects.told().in_bulk()
    switches = _Switches.read()
    offers = [_offer(version, health, measured, switches) for version in _versions()]
    listed: dict[int, list[Offer]] = {}
    for offer in offers:
        listed.setdefault(offer.entity.pk, []).append(offer)
    by_procedure = {offer.version.procedure_id: offer for offer in offers}
    return Catalogue(
        stamp,
        entities=tuple(_listed(tuple(of), switches) for of in listed.values()),
        by_code={offer.code: offer for offer in offers},
        by_version={offer.version.pk: offer for offer in offers},
        by_procedure=by_procedure,
        retired=retired(),
        life_events=tuple(_events(by_procedure)),
        synonyms=_synonyms(),
        switches=switches,
        banners=tuple(Banner.objects.to_come().select_related("entity")),
    )


def _offer(
    version: ProcedureVersion,
    health: dict[str, Availability],
    measured: dict[int, MeasuredTime],
    switches: _Switches,
) -> Offer:
    procedure = version.procedure
    seen = health.get(procedure.entity.slug, Availability.OK)
    return Offer(version, seen, measured.get(version.pk), switches.of(procedure))


def _listed(offers: tuple[Offer, ...], switches: _Switches) -> EntityOffers:
    """An entity, by what it offers."""
    entity = offers[0].entity
    return EntityOffers(entity, offers, offers[0].health, switches.of_entity(entity.pk))


def _events(offers: Mapping[int, Offer]) -> Iterator[Event]:
    """The life events that are shown and have something to offer."""
    for event in LifeEvent.objects.filter(is_shown=True).prefetch_related("steps"):
        steps = event.steps.all()
        offered = tuple(EventStep(step, offers[step.procedure_id]) for step in steps if step.procedure_id in offers)
        if offered:
            yield Event(event, offered)


def _synonyms() -> dict[str, tuple[SynonymRule, ...]]:
    rules: dict[str, tuple[SynonymRule, ...]] = {}
    for synonym in Synonym.objects.filter(is_used=True):
        language = synonym.language
        rule = SynonymRule.parse(synonym.said, synonym.meant.splitlines(), stop_words(language))
        rules[language] = (*rules.get(language, ()), rule)
    return rules


def _versions() -> Iterator[ProcedureVersion]:
    entities: dict[int, Entity] = {}
    versions = (
        ProcedureVersion.objects.filter(state=VersionState.PUBLISHED)
        .select_related("procedure__entity")
        .prefetch_related(Prefetch("required_data"))
        .order_by("procedure__entity__order", "procedure__entity__slug", "procedure__order", "procedure__slug")
    )
    for version in versions:
        entity = version.procedure.entity
        version.procedure.entity = entities.setdefault(entity.pk, entity)
        yield version
