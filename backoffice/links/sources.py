"""Where links lead out of the portal: in the catalogue, in public answers, and in the templates of citizens' pages."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from foundation import languages
from guides.models import PublicQuestion
from procedures.models import Banner, Entity, ExternalService, LifeEvent, OperatorSwitch, ProcedureVersion, VersionState

MAX_PLACES = 50
MAX_URL_LENGTH = 500
TEMPLATE_FOLDERS = ("guides", "partials", "procedures", "accesses", "clave", "accounts", "documents")
VERSION_TEXTS = ("summary", "purpose", "needs", "gets", "legal_basis")
_LINK = re.compile(r"https?://[^\s\"'<>()\[\]{}«»]+", re.IGNORECASE)


def links_in(text: str) -> set[str]:
    """Return the links in a text, without punctuation that ends a sentence."""
    return {link.rstrip(".,;:!?") for link in _LINK.findall(text or "") if len(link) <= MAX_URL_LENGTH}


def collect_links() -> dict[str, list[str]]:
    """Return every link with the names of its places, at most ``MAX_PLACES`` of them."""
    places: dict[str, list[str]] = {}
    for place, text in _texts():
        for link in links_in(text):
            names = places.setdefault(link, [])
            if place not in names and len(names) < MAX_PLACES:
                names.append(place)
    return {link: sorted(names) for link, names in sorted(places.items())}


def _texts() -> Iterator[tuple[str, str]]:
    """Yield every text that may hold a link, with the name of its place."""
    for entity in Entity.objects.all():
        yield f"organismo {entity.slug}", f"{entity.site} {entity.contact}"
    for question in PublicQuestion.objects.all():
        yield f"pregunta {question.key}", _all_languages(question, ("answer",))
    for event in LifeEvent.objects.prefetch_related("steps"):
        yield f"situación {event.slug}", _all_languages(event, ("summary",))
        for step in event.steps.all():
            yield f"situación {event.slug}", _all_languages(step, ("note",))
    for service in ExternalService.objects.all():
        yield f"otro sitio {service.slug}", f"{service.url} {_all_languages(service, ('summary',))}"
    published = ProcedureVersion.objects.filter(state=VersionState.PUBLISHED).select_related("procedure__entity")
    for version in published.iterator(chunk_size=500):
        yield f"trámite {version.procedure.code}", _all_languages(version, VERSION_TEXTS)
    for switch in OperatorSwitch.objects.unavailable().select_related("entity", "procedure__entity"):
        subject = switch.entity.slug if switch.entity else switch.procedure
        yield f"interruptor {subject}", _all_languages(switch, ("notice",))
    for banner in Banner.objects.to_come():
        yield f"aviso {banner.pk}", _all_languages(banner, ("text",))
    for folder in TEMPLATE_FOLDERS:
        for path in sorted((Path(settings.BASE_DIR) / "templates" / folder).glob("*.html")):
            yield f"página {path.stem}", path.read_text(encoding="utf-8")


def _all_languages(row: object, names: tuple[str, ...]) -> str:
    return " ".join(getattr(row, column) or "" for column in languages.columns(*names))
