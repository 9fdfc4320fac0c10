"""Reading the files of what helps to find a procedure: life events, and the words that people use.

Each life event and each synonym is loaded anew only when its file says something else than when it was last loaded,
so that what editors have changed since then stays.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from procedures.catalogue_toml import CatalogueError, languages, table, tables, texts, within
from procedures.models import CatalogueStamp, LifeEvent, LifeEventStep, Procedure, Synonym

LIFE_EVENTS, SYNONYMS = "life_events.toml", "synonyms.toml"
EVENT_TEXTS = ("name", "summary")
STEP_TEXTS = ("note",)
EVENT_KEYS = {"slug", "icon", "order", "step", *EVENT_TEXTS}
STEP_KEYS = {"procedure", *STEP_TEXTS}


def load_life_events(path: Path) -> int:
    """Load the file if it is there; answers how many life events changed. Raises ``CatalogueError``."""
    if not path.exists():
        return 0
    with within(path.name):
        content = table(tomllib.loads(path.read_text(encoding="utf-8")), {"life_event"})
        listed = tables(content["life_event"], "life_event", EVENT_KEYS, named_by="slug")
        known = {event.slug: event for event in LifeEvent.objects.all()}
        procedures = {procedure.code: procedure for procedure in Procedure.objects.select_related("entity")}
        changed = 0
        for event in listed:
            with within(f"life_event {event['slug']}"):
                changed += _load_life_event(event, known.get(event["slug"]), procedures)
    if changed:
        CatalogueStamp.bump()
    return changed


def _load_life_event(content: Mapping[str, Any], known: LifeEvent | None, procedures: Mapping[str, Procedure]) -> bool:
    steps = tables(content["step"], "step", STEP_KEYS, named_by="procedure")
    if not steps:
        raise CatalogueError("a life event needs a step")
    for step in steps:
        if step["procedure"] not in procedures:
            raise CatalogueError(f"step {step['procedure']}: no file has this procedure")
    digest = _digest(content)
    if known and known.digest == digest:
        return False
    event = known or LifeEvent(slug=content["slug"])
    values = {"icon": content["icon"], "order": content["order"], "digest": digest, **texts(content, EVENT_TEXTS)}
    for name, value in values.items():
        setattr(event, name, value)
    event.full_clean()
    event.save()
    event.steps.all().delete()
    for order, step in enumerate(steps, start=1):
        with within(f"step {step['procedure']}"):
            procedure = procedures[step["procedure"]]
            row = LifeEventStep(life_event=event, procedure=procedure, order=order * 10, **texts(step, STEP_TEXTS))
            row.full_clean()
            row.save()
    return True


def load_synonyms(path: Path) -> int:
    """Load the file if it is there; answers how many synonyms changed. Raises ``CatalogueError``."""
    if not path.exists():
        return 0
    known = {(synonym.language, synonym.said): synonym for synonym in Synonym.objects.all()}
    changed: list[Synonym] = []
    with within(path.name):
        content = table(tomllib.loads(path.read_text(encoding="utf-8")), set(languages()))
        for language, sayings in content.items():
            with within(language):
                if not isinstance(sayings, Mapping):
                    raise CatalogueError("must be a table")
                for said, meant in sayings.items():
                    code = language.replace("_", "-")
                    synonym = known.get((code, said)) or Synonym(language=code, said=said)
                    with within(said):
                        if _changed(synonym, meant):
                            changed.append(synonym)
    _save(changed)
    return len(changed)


def _changed(synonym: Synonym, meant: Any) -> bool:
    """Whether the file says something new; then the synonym says it too."""
    if not isinstance(meant, list) or not all(isinstance(text, str) and text.strip() for text in meant):
        raise CatalogueError("must be a list of texts")
    digest = _digest(meant)
    if synonym.digest == digest:
        return False
    synonym.meant, synonym.digest = "\n".join(meant), digest
    synonym.full_clean(validate_unique=False, validate_constraints=False)  # a file cannot say a key twice
    return True


def _save(changed: list[Synonym]) -> None:
    if changed:
        Synonym.objects.bulk_create([synonym for synonym in changed if synonym.pk is None])
        Synonym.objects.bulk_update([synonym for synonym in changed if synonym.pk is not None], ["meant", "digest"])
        CatalogueStamp.bump()


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
