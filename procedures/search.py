"""The searched texts of procedures, entities and life events, and their weights."""

from collections.abc import Iterable

from foundation import search
from foundation.search import SearchText, SynonymRule
from procedures.models import Entity, ExternalService, LifeEvent, ProcedureVersion

NAME, KEYWORD, SYNONYM, ENTITY, SUMMARY = 8, 6, 5, 4, 1
STOP_WORDS = {"es": "necesito quiero saber", "en": "need want was"}
"""Words with which people begin a search for a procedure, beside those of any search."""


def stop_words(language: str) -> frozenset[str]:
    return search.stop_words(language, STOP_WORDS)


def offer_text(version: ProcedureVersion, synonyms: Iterable[SynonymRule]) -> SearchText:
    text = SearchText.weigh(
        [
            (str(version.name), NAME),
            (str(version.keywords), KEYWORD),
            (_names(version.procedure.entity), ENTITY),
            (str(version.summary), SUMMARY),
        ],
        str(version.name),
        *str(version.keywords).splitlines(),
    )
    return text.with_synonyms(synonyms, above=SUMMARY, at_most=SYNONYM)


def entity_text(entity: Entity, synonyms: Iterable[SynonymRule]) -> SearchText:
    text = SearchText.weigh([(_names(entity), NAME)], str(entity.name), str(entity.short_name))
    return text.with_synonyms(synonyms, above=SUMMARY, at_most=SYNONYM)


def life_event_text(event: LifeEvent) -> SearchText:
    return SearchText.weigh([(str(event.name), NAME)], str(event.name))


def external_service_text(service: ExternalService, synonyms: Iterable[SynonymRule]) -> SearchText:
    texts = [(str(service.name), NAME), (str(service.keywords), KEYWORD), (str(service.body), ENTITY)]
    text = SearchText.weigh(texts, str(service.name), *str(service.keywords).splitlines())
    return text.with_synonyms(synonyms, above=SUMMARY, at_most=SYNONYM)


def _names(entity: Entity) -> str:
    return f"{entity.short_name} {entity.name} {entity.slug} {entity.monogram}"
