"""The published catalogue, in this process's memory: every page that lists, finds or shows a procedure reads from here.

Content (texts, indexes) and availability are read apart, each when its own stamp has moved; the stamps are looked at
once a second at most. Content is read beside the requests, which go on with the old one meanwhile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from foundation.refreshed import Refreshed
from procedures.availability import AvailabilityMap
from procedures.content import Content
from procedures.models import (
    Banner,
    CatalogueStamp,
    ProcedureVersion,
    Stamps,
)
from procedures.offers import EntityOffers, Event, EventStep, Offer
from procedures.retired import Retired


@dataclass(frozen=True)
class Found:
    """What a search finds, the best first; where it is nothing, perhaps the words that would have found something."""

    offers: tuple[Offer, ...] = ()
    entities: tuple[EntityOffers, ...] = ()
    life_events: tuple[Event, ...] = ()
    proposal: str = ""

    def __bool__(self) -> bool:
        return bool(self.offers or self.entities or self.life_events)


class _Offers[K](Mapping[K, Offer]):
    """The published versions under some key, each as it is offered now."""

    def __init__(self, versions: Mapping[K, ProcedureVersion], now: AvailabilityMap) -> None:
        self.versions, self.now = versions, now

    def __getitem__(self, key: K) -> Offer:
        return Offer(self.versions[key], self.now)

    def __iter__(self) -> Iterator[K]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)


@dataclass(frozen=True)
class Catalogue:
    """All that is published, as it is offered now."""

    content: Content = field(default_factory=Content)
    now: AvailabilityMap = field(default_factory=AvailabilityMap)
    _fingerprints: dict[str, int] = field(default_factory=dict)

    @property
    def serials(self) -> tuple[int, int]:
        """Numbers that no other catalogue of this process has."""
        return self.content.serial, self.now.serial

    @cached_property
    def by_code(self) -> Mapping[str, Offer]:
        return _Offers(self.content.by_code, self.now)

    @cached_property
    def by_version(self) -> Mapping[int, Offer]:
        return _Offers(self.content.by_version, self.now)

    @cached_property
    def by_procedure(self) -> Mapping[int, Offer]:
        return _Offers(self.content.by_procedure, self.now)

    @cached_property
    def entities(self) -> tuple[EntityOffers, ...]:
        return tuple(map(self._entity, self.content.by_entity.values()))

    @cached_property
    def life_events(self) -> tuple[Event, ...]:
        return tuple(
            Event(event, tuple(EventStep(step, self.by_procedure[step.procedure_id]) for step in steps))
            for event, steps in self.content.life_events
        )

    @property
    def banners(self) -> tuple[Banner, ...]:
        return self.now.banners

    @property
    def retired(self) -> Mapping[str, Retired]:
        return self.content.retired

    def entity(self, slug: str) -> EntityOffers | None:
        versions = self.content.by_entity.get(slug)
        return self._entity(versions) if versions else None

    def _entity(self, versions: tuple[ProcedureVersion, ...]) -> EntityOffers:
        return EntityOffers(versions[0].procedure.entity, versions, self.now)

    def offer(self, entity: str, procedure: str) -> Offer | None:
        return self.by_code.get(f"{entity}/{procedure}")

    def replacement(self, ended: Retired) -> Offer | None:
        """Return the first of those that replace an ended procedure, one another, that is offered."""
        offered = (self.by_procedure.get(pk) for pk in ended.replaced_by)
        return next(filter(None, offered), None)

    def offer_of(self, version: ProcedureVersion) -> Offer:
        """Return what is offered by a version that may not be the published one."""
        return self.by_version.get(version.pk) or Offer(version, self.now)

    @cached_property
    def most_asked(self) -> tuple[Offer, ...]:
        """The procedures that the editors have put first, then those begun most often lately."""
        keys = dict.fromkeys([*self.content.featured, *self.now.popular])
        return tuple(self.by_procedure[pk] for pk in keys if pk in self.by_procedure)

    def life_event(self, slug: str) -> Event | None:
        return next((event for event in self.life_events if event.slug == slug), None)

    def search(self, query: str) -> list[Offer]:
        """Return the procedures that match in the language in use, the best first."""
        return [self.by_code[code] for code in self.content.indexes_in_use().procedures.find(query)]

    def find(self, query: str) -> Found:
        """Return everything that matches in the language in use."""
        indexes = self.content.indexes_in_use()
        found = Found(
            offers=tuple(self.search(query)),
            entities=tuple(filter(None, (self.entity(slug) for slug in indexes.entities.find(query)))),
            life_events=tuple(filter(None, (self.life_event(slug) for slug in indexes.life_events.find(query)))),
        )
        return found or Found(proposal=indexes.procedures.proposal(query))

    def fingerprint(self, entity_slug: str) -> int:
        """Return a number that differs when a page about this entity would say something else; ``""``: about any."""
        if entity_slug not in self._fingerprints:
            self._fingerprints[entity_slug] = hash(self._said_of(entity_slug) if entity_slug else self.serials)
        return self._fingerprints[entity_slug]

    def _said_of(self, entity_slug: str) -> object:
        versions = self.content.by_entity.get(entity_slug, ())
        entity_id = versions[0].procedure.entity_id if versions else 0
        return self.content.said_of(entity_slug), self.now.said_of(entity_id, entity_slug, versions)


def _seen_seconds() -> float:
    return float(settings.CATALOGUE_SEEN_SECONDS)


_stamps = Refreshed[Stamps]("the catalogue's stamps", lambda: CatalogueStamp.all_current(), max_age=_seen_seconds)
_content: Refreshed[Content] = Refreshed("the catalogue", lambda: Content.read(_content.peek()), beside=True)
_availability = Refreshed("the availability", lambda: AvailabilityMap.read())
_last = Catalogue()


def published() -> Catalogue:
    """Return the catalogue as it is now, or was within the last second.

    Raises ``DatabaseError`` when the database is away and nothing was read before.
    """
    global _last
    stamps = _stamps.get()
    content, now = _content.get(stamps.content), _availability.get(stamps.availability)
    catalogue = _last
    if catalogue.content is not content or catalogue.now is not now:
        catalogue = _last = Catalogue(content, now)
    return catalogue


def glanced_at() -> Catalogue | None:
    """Return the catalogue as this process last saw it, without asking the database; None before it has seen any.

    For what stands on every page, those that must be there without a database among them.
    """
    return None if _content.peek() is None else _last


def forget_published() -> None:
    """Read the catalogue again when it is next asked for."""
    for part in (_stamps, _content, _availability):
        part.forget()
