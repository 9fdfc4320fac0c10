"""The content of the published catalogue: the versions, indexed for search, without their availability.

Each reading reuses what has not changed since the previous one, so that a publication costs little time and memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from django.db.models import Prefetch, QuerySet
from django.utils import translation

from foundation import languages
from foundation.search import Index, SynonymRule
from procedures.models import Entity, ExternalService, LifeEvent, LifeEventStep, ProcedureVersion, Synonym, VersionState
from procedures.retired import RetiredProcedure, retired_procedures
from procedures.search import entity_text, external_service_text, life_event_text, offer_text, stop_words

type Revisions = tuple[int, ...]
"""Those of a version, its procedure and its entity; what pages show of a version changes only with one of them."""
MAX_SINGLE_READS = 500
"""With more changed versions all are read, as a query cannot name them one by one."""


@dataclass(frozen=True)
class _Indexes:
    """The search indexes of one language."""

    procedures: Index
    entities: Index
    life_events: Index
    external_services: Index


@dataclass(frozen=True)
class Content:
    """The published versions, without their availability. ``serial`` is unique in this process."""

    by_entity: Mapping[str, tuple[ProcedureVersion, ...]] = field(default_factory=dict)
    by_code: Mapping[str, ProcedureVersion] = field(default_factory=dict)
    by_version: Mapping[int, ProcedureVersion] = field(default_factory=dict)
    by_procedure: Mapping[int, ProcedureVersion] = field(default_factory=dict)
    life_events: tuple[tuple[LifeEvent, tuple[LifeEventStep, ...]], ...] = ()
    external_services: Mapping[str, ExternalService] = field(default_factory=dict)
    retired: Mapping[str, RetiredProcedure] = field(default_factory=dict)
    synonyms: Mapping[str, tuple[SynonymRule, ...]] = field(default_factory=dict)
    revisions: Mapping[int, Revisions] = field(default_factory=dict)
    indexes: dict[str, _Indexes] = field(default_factory=dict)
    serial: int = field(default_factory=count().__next__)

    @classmethod
    def read(cls, previous: "Content | None" = None) -> "Content":
        """Read what has changed since ``previous``, and index it in the languages that were searched there."""
        previous = previous or cls()
        revisions = _current_revisions()
        versions = list(_versions(revisions, previous))
        by_entity: dict[str, list[ProcedureVersion]] = {}
        for version in versions:
            by_entity.setdefault(version.procedure.entity.slug, []).append(version)
        by_procedure = {version.procedure_id: version for version in versions}
        content = cls(
            by_entity={slug: tuple(listed) for slug, listed in by_entity.items()},
            by_code={version.procedure.code: version for version in versions},
            by_version={version.pk: version for version in versions},
            by_procedure=by_procedure,
            life_events=tuple(_life_events(by_procedure)),
            external_services={service.slug: service for service in ExternalService.objects.filter(is_shown=True)},
            retired=retired_procedures(),
            synonyms=_synonyms(),
            revisions=revisions,
        )
        for language in list(previous.indexes):
            with translation.override(language):
                content.indexes_in_use()
        return content

    @cached_property
    def featured(self) -> tuple[int, ...]:
        """The primary keys of the procedures that editors feature on home, in order."""
        featured = [version for version in self.by_procedure.values() if version.procedure.featured_order]
        featured.sort(key=lambda version: version.procedure.featured_order)
        return tuple(version.procedure_id for version in featured)

    def indexes_in_use(self) -> _Indexes:
        """Return the indexes of the language in use, building them on first use."""
        language = languages.current()
        return self.indexes.get(language) or self.indexes.setdefault(language, self._index(language))

    def _index(self, language: str) -> _Indexes:
        ignored, synonyms = stop_words(language), self.synonyms.get(language, ())
        entities = {slug: versions[0].procedure.entity for slug, versions in self.by_entity.items()}
        external = self.external_services
        return _Indexes(
            Index({code: offer_text(version, synonyms) for code, version in self.by_code.items()}, ignored),
            Index({slug: entity_text(entity, synonyms) for slug, entity in entities.items()}, ignored),
            Index({event.slug: life_event_text(event) for event, _steps in self.life_events}, ignored),
            Index({slug: external_service_text(one, synonyms) for slug, one in external.items()}, ignored),
        )

    def fingerprint(self, entity_slug: str) -> object:
        """Return a hashable value that changes with what pages show about this entity."""
        versions = self.by_entity.get(entity_slug, ())
        entity = versions[0].procedure.entity if versions else None
        retired = tuple(
            (code, tuple(pk for pk in procedure.replaced_by if pk in self.by_procedure))
            for code, procedure in self.retired.items()
            if procedure.entity.slug == entity_slug
        )
        revisions = tuple((version.pk, version.revision, version.procedure.revision) for version in versions)
        return entity and entity.revision, revisions, retired


def _published_versions() -> QuerySet[ProcedureVersion]:
    return ProcedureVersion.objects.filter(state=VersionState.PUBLISHED)


def _current_revisions() -> dict[int, Revisions]:
    """Return the revisions of each published version by primary key, in catalogue order."""
    order = ("procedure__entity__order", "procedure__entity__slug", "procedure__order", "procedure__slug")
    columns = ("pk", "revision", "procedure__revision", "procedure__entity__revision")
    return {pk: tuple(revisions) for pk, *revisions in _published_versions().order_by(*order).values_list(*columns)}


def _versions(revisions: Mapping[int, Revisions], previous: Content) -> Iterator[ProcedureVersion]:
    """Yield the published versions in order; those that have not changed are the previous objects."""
    changed = [pk for pk, current in revisions.items() if previous.revisions.get(pk) != current]
    rows = _published_versions() if len(changed) > MAX_SINGLE_READS else _published_versions().filter(pk__in=changed)
    data = Prefetch("required_data", to_attr="listed_data")
    read = {version.pk: version for version in rows.select_related("procedure__entity").prefetch_related(data)}
    entities: dict[int, Entity] = {}
    for pk in revisions:
        if version := read.get(pk) or previous.by_version.get(pk):
            entity = version.procedure.entity
            version.procedure.entity = entities.setdefault(entity.pk, entity)
            yield version


def _life_events(offered: Iterable[int]) -> Iterator[tuple[LifeEvent, tuple[LifeEventStep, ...]]]:
    """Yield the life events shown, each with the steps whose procedures are offered; skip those without any."""
    for event in LifeEvent.objects.filter(is_shown=True).prefetch_related("steps"):
        if steps := tuple(step for step in event.steps.all() if step.procedure_id in offered):
            yield event, steps


def _synonyms() -> dict[str, tuple[SynonymRule, ...]]:
    rules: dict[str, tuple[SynonymRule, ...]] = {}
    for synonym in Synonym.objects.filter(is_used=True):
        language = synonym.language
        rule = SynonymRule.parse(synonym.said, synonym.meant.splitlines(), stop_words(language))
        rules[language] = (*rules.get(language, ()), rule)
    return rules
