"""The published catalogue in the memory of this process, from which all pages list, find and show procedures.

Content (texts, indexes) and availability are read separately, each when its own stamp has changed; the stamps are
checked once a second at most. Content is read in the background, while requests go on with the old one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from foundation.refreshed import Refreshed
from procedures.availability import AvailabilityMap
from procedures.content import Content
from procedures.models import Banner, CatalogueStamp, ExternalService, ProcedureVersion, Stamps
from procedures.offers import EntityOffers, LifeEventOffers, Offer, StepOffer
from procedures.retired import RetiredProcedure


@dataclass(frozen=True)
class SearchResults:
    """The matches, best first; without any, ``proposal`` may be a similar query that has some."""

    offers: tuple[Offer, ...] = ()
    entities: tuple[EntityOffers, ...] = ()
    life_events: tuple[LifeEventOffers, ...] = ()
    external_services: tuple[ExternalService, ...] = ()
    proposal: str = ""

    def __bool__(self) -> bool:
        return bool(self.offers or self.entities or self.life_events or self.external_services)


class _Offers[K](Mapping[K, Offer]):
    """A mapping of published versions, seen as a mapping of offers."""

    def __init__(self, versions: Mapping[K, ProcedureVersion], availability: AvailabilityMap) -> None:
        self.versions, self.availability = versions, availability

    def __getitem__(self, key: K) -> Offer:
        return Offer(self.versions[key], self.availability)

    def __iter__(self) -> Iterator[K]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)


@dataclass(frozen=True)
class Catalogue:
    """The published content with its current availability."""

    content: Content = field(default_factory=Content)
    availability: AvailabilityMap = field(default_factory=AvailabilityMap)
    _fingerprints: dict[str, int] = field(default_factory=dict)

    @property
    def serials(self) -> tuple[int, int]:
        """Two numbers that identify this catalogue within the process."""
        return self.content.serial, self.availability.serial

    @cached_property
    def by_code(self) -> Mapping[str, Offer]:
        return _Offers(self.content.by_code, self.availability)

    @cached_property
    def by_version(self) -> Mapping[int, Offer]:
        return _Offers(self.content.by_version, self.availability)

    @cached_property
    def by_procedure(self) -> Mapping[int, Offer]:
        return _Offers(self.content.by_procedure, self.availability)

    @cached_property
    def entities(self) -> tuple[EntityOffers, ...]:
        return tuple(map(self._entity, self.content.by_entity.values()))

    @cached_property
    def life_events(self) -> tuple[LifeEventOffers, ...]:
        return tuple(
            LifeEventOffers(event, tuple(StepOffer(step, self.by_procedure[step.procedure_id]) for step in steps))
            for event, steps in self.content.life_events
        )

    @property
    def banners(self) -> tuple[Banner, ...]:
        return self.availability.banners

    @property
    def retired(self) -> Mapping[str, RetiredProcedure]:
        return self.content.retired

    def entity(self, slug: str) -> EntityOffers | None:
        versions = self.content.by_entity.get(slug)
        return self._entity(versions) if versions else None

    def _entity(self, versions: tuple[ProcedureVersion, ...]) -> EntityOffers:
        return EntityOffers(versions[0].procedure.entity, versions, self.availability)

    def offer(self, entity: str, procedure: str) -> Offer | None:
        return self.by_code.get(f"{entity}/{procedure}")

    def offered(self, procedure_ids: Iterable[int]) -> list[Offer]:
        """Return the offers of those of these procedures that are published, in the same order."""
        return [self.by_procedure[pk] for pk in procedure_ids if pk in self.by_procedure]

    def replacement(self, retired: RetiredProcedure) -> Offer | None:
        """Return the first procedure in the chain of replacements that is offered."""
        return next(iter(self.offered(retired.replaced_by)), None)

    def offer_of(self, version: ProcedureVersion) -> Offer:
        """Return the offer of a version, which need not be the published one."""
        return self.by_version.get(version.pk) or Offer(version, self.availability)

    @cached_property
    def suggested(self) -> tuple[Offer, ...]:
        """The procedures that editors feature on home, then those started most often lately."""
        return tuple(self.offered(dict.fromkeys([*self.content.featured, *self.availability.popular])))

    def life_event(self, slug: str) -> LifeEventOffers | None:
        return next((event for event in self.life_events if event.slug == slug), None)

    def search_procedures(self, query: str) -> list[Offer]:
        """Return the procedures that match in the language in use, best first."""
        return [self.by_code[code] for code in self.content.indexes_in_use().procedures.find(query)]

    def search(self, query: str) -> SearchResults:
        """Return the procedures, entities, life events and external services that match in the language in use."""
        indexes = self.content.indexes_in_use()
        results = SearchResults(
            offers=tuple(self.search_procedures(query)),
            entities=tuple(filter(None, (self.entity(slug) for slug in indexes.entities.find(query)))),
            life_events=tuple(filter(None, (self.life_event(slug) for slug in indexes.life_events.find(query)))),
            external_services=tuple(
                self.content.external_services[slug] for slug in indexes.external_services.find(query)
            ),
        )
        proposals = (index.proposal(query) for index in (indexes.procedures, indexes.external_services))
        return results or SearchResults(proposal=next(filter(None, proposals), ""))

    def fingerprint(self, entity_slug: str) -> int:
        """Return a number that changes with what pages show about this entity; with ``""``, about any entity."""
        if entity_slug not in self._fingerprints:
            self._fingerprints[entity_slug] = hash(self._parts_about(entity_slug) if entity_slug else self.serials)
        return self._fingerprints[entity_slug]

    def _parts_about(self, entity_slug: str) -> object:
        versions = self.content.by_entity.get(entity_slug, ())
        entity_id = versions[0].procedure.entity_id if versions else 0
        return self.content.fingerprint(entity_slug), self.availability.fingerprint(entity_id, entity_slug, versions)


def _stamps_max_age() -> float:
    return float(settings.CATALOGUE_SEEN_SECONDS)


_stamps = Refreshed[Stamps]("the catalogue's stamps", lambda: CatalogueStamp.all_current(), max_age=_stamps_max_age)
_content: Refreshed[Content] = Refreshed("the catalogue", lambda: Content.read(_content.peek()), beside=True)
_availability = Refreshed("the availability", lambda: AvailabilityMap.read())
_last = Catalogue()


def published() -> Catalogue:
    """Return the catalogue as it is now or was a second ago at most.

    Raises ``DatabaseError`` when the database is unavailable and nothing was read before.
    """
    global _last
    stamps = _stamps.get()
    content, availability = _content.get(stamps.content), _availability.get(stamps.availability)
    catalogue = _last
    if catalogue.content is not content or catalogue.availability is not availability:
        catalogue = _last = Catalogue(content, availability)
    return catalogue


def last_published() -> Catalogue | None:
    """Return the catalogue as this process last read it, without any query; None when it has not read it yet.

    For what every page shows, including those that must work without a database.
    """
    return None if _content.peek() is None else _last


def forget_published() -> None:
    """Have the catalogue read again on its next use."""
    for part in (_stamps, _content, _availability):
        part.forget()
