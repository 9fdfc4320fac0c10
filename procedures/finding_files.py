"""Reading the files of what helps to find a procedure: life events, and the words that people use.

Each life event and each synonym is loaded anew only when its file says something else than when it was last loaded,
so that what editors have changed since then stays.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from procedures.catalogue_toml import CatalogueError, digest_of, languages, table, tables, texts, within
from procedures.exchange.sheets import Row
from procedures.models import LifeEvent, Synonym

LIFE_EVENTS, SYNONYMS = "life_events.toml", "synonyms.toml"
EVENT_TEXTS = ("name", "summary")
STEP_TEXTS = ("note",)
EVENT_KEYS = {"slug", "icon", "order", "step", *EVENT_TEXTS}
STEP_KEYS = {"procedure", *STEP_TEXTS}


def life_event_rows(path: Path) -> Iterator[Row]:
    """The life events that the file, if it is there, says otherwise than last time, and their steps.

    Raises ``CatalogueError``.
    """
    if not path.exists():
        return
    with within(path.name):
        content = table(tomllib.loads(path.read_text(encoding="utf-8")), {"life_event"})
        digests = dict(LifeEvent.objects.values_list("slug", "digest"))
        for event in tables(content["life_event"], "life_event", EVENT_KEYS, named_by="slug"):
            name = f"life_event {event['slug']}"
            with within(name):
                yield from _life_event(event, digests.get(event["slug"], ""), f"{path.name}: {name}")


def _life_event(content: Mapping[str, Any], loaded: str, place: str) -> Iterator[Row]:
    steps = tables(content["step"], "step", STEP_KEYS, named_by="procedure")
    if not steps:
        raise CatalogueError("a life event needs a step")
    digest = digest_of(content)
    if digest == loaded:
        return
    own = {name: content[name] for name in ("slug", "icon", "order")}
    yield Row("life_events", 0, {**own, **texts(content, EVENT_TEXTS)}, place, digest)
    for order, step in enumerate(steps, start=1):
        name = f"step {step['procedure']}"
        with within(name):
            cells = {"life_event": content["slug"], "procedure": step["procedure"], "order": order * 10}
            yield Row("life_event_steps", 0, {**cells, **texts(step, STEP_TEXTS)}, f"{place}: {name}")


def synonym_rows(path: Path) -> Iterator[Row]:
    """The synonyms that the file, if it is there, says otherwise than last time. Raises ``CatalogueError``."""
    if not path.exists():
        return
    known = Synonym.objects.values_list("language", "said", "digest")
    digests = {(language, said): digest for language, said, digest in known}
    with within(path.name):
        content = table(tomllib.loads(path.read_text(encoding="utf-8")), set(languages()))
        for language, sayings in content.items():
            code = language.replace("_", "-")
            with within(language):
                if not isinstance(sayings, Mapping):
                    raise CatalogueError("must be a table")
                for said, meant in sayings.items():
                    with within(said):
                        digest = _digest(meant)
                    if digests.get((code, said)) != digest:
                        cells = {"language": code, "said": said, "meant": "\n".join(meant)}
                        yield Row("synonyms", 0, cells, f"{path.name}: {language}: {said}", digest)


def _digest(meant: Any) -> str:
    if not isinstance(meant, list) or not all(isinstance(text, str) and text.strip() for text in meant):
        raise CatalogueError("must be a list of texts")
    return digest_of(meant)
