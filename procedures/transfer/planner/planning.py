"""From the sheets of a file to a plan: what each row would change, and every sentence that keeps it from doing so."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from procedures.transfer.plan import Batch, Plan
from procedures.transfer.planner.life_event_steps import Steps
from procedures.transfer.planner.requested_rows import File, RequestedRow, refuse, said_by, tell
from procedures.transfer.planner.versions import Contents, ImportMode
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Sheet
from procedures.transfer.snapshot import CatalogueSnapshot, StoredRow
from procedures.transfer.validation import set_values, wrong
from procedures.transfer.widgets import nearest

type Report = Callable[[int, int], None]
"""Called now and then with how many things are planned, and of how many."""


def plan(sheets: list[Sheet], manner: ImportMode = ImportMode.DRAFT, report: Report = lambda done, of: None) -> Plan:
    """What these sheets would do to the catalogue; nothing is written."""
    return _Planner(sheets, manner, report).plan


class _Planner:
    def __init__(self, sheets: list[Sheet], manner: ImportMode, report: Report) -> None:
        codes = {key[0] for key in _content_keys(sheets)}
        self.catalogue = CatalogueSnapshot(codes)
        self.plan = Plan(self.catalogue.stamp)
        self.file = File(sheets, self.plan)
        self.report, self.done = report, 0
        self.all = sum(len(things) for things in self.file.things.values())
        self.entities: dict[str, Any] = {}
        self.procedures: dict[str, Any] = {}
        self._entities()
        self._procedures()
        Contents(self.plan, self.file, self.catalogue, self.procedures, manner, self.step).take()
        self._life_events()
        self._synonyms()
        if self.plan.problems:
            self.plan.outcomes.sort(key=lambda outcome: list(RESOURCES).index(outcome.row.kind))

    def step(self) -> None:
        self.done += 1
        if self.done % 100 == 0:
            self.report(self.done, self.all)

    def _plain(self, wanted: RequestedRow, held: StoredRow | None, batch: Batch, also_wrong: dict[str, str]) -> Any:
        """Plan a thing that stands alone; answers its instance, or None when it cannot stand."""
        self.step()
        if held is None and wanted.row is None:
            refuse(self.plan, wanted, {"object": _("No existe y el archivo tampoco lo trae")})
            return None
        known = held.values if held else None
        said = said_by(wanted, self.plan, known, known)
        digest = wanted.row.digest if wanted.row else ""
        is_news = held is None or said.values != held.values or (digest and held.instance.digest != digest)
        sentences = also_wrong | (wrong(wanted.kind, said.values) if is_news else {})
        if sentences:
            refuse(self.plan, wanted, sentences, said)
            return held.instance if held else None
        tell(self.plan, wanted, said, known, is_new=held is None)
        if not is_news:
            return held.instance if held else None
        instance: Any = held.instance if held else RESOURCES[wanted.kind].model()
        set_values(wanted.kind, instance, said.values)
        if digest:
            instance.digest = digest
        (batch.changed if held else batch.new).append(instance)
        return instance

    def _entities(self) -> None:
        kinds = {"entities", "procedures"} & {kind for kind, things in self.file.things.items() if things}
        if not kinds:
            return
        self.entities = {slug: held.instance for slug, held in self.catalogue.entities.items()}
        for key, wanted in self.file.of("entities").items():
            instance = self._plain(wanted, self.catalogue.entities.get(key[0]), self.plan.entities, {})
            if instance is not None:
                self.entities[key[0]] = instance

    def _procedures(self) -> None:
        needing = ("procedures", "versions", "required_data", "life_events", "life_event_steps")
        if not any(self.file.of(kind) for kind in needing):
            return
        held_now = self.catalogue.procedures
        self.procedures = {code: held.instance for code, held in held_now.items()}
        leads: list[tuple[str, RequestedRow]] = []
        coming = {f"{entity}/{slug}" for entity, slug in self.file.of("procedures")} | set(held_now)
        for (entity, slug), wanted in self.file.of("procedures").items():
            code = f"{entity}/{slug}"
            held = held_now.get(code)
            also = self._wrong_references(entity, wanted, coming)
            instance = self._plain(wanted, held, self.plan.procedures, also)
            if instance is None:
                continue
            if held is None:
                instance.entity = self.entities[entity]
            self.procedures[code] = instance
            now = held.values["replaced_by"] if held else ""
            if wanted.given.get("replaced_by", now) != now and not also:
                leads.append((code, wanted))
        self._replacements(leads)

    def _wrong_references(self, entity: str, wanted: RequestedRow, coming: set[str]) -> dict[str, str]:
        sentences = {}
        if entity not in self.entities:
            said = _("No hay ningún organismo «%(slug)s».%(nearest)s")
            sentences["entity"] = said % {"slug": entity, "nearest": nearest(entity, list(self.entities))}
        following = wanted.given.get("replaced_by", "")
        if following and following not in coming:
            sentences["replaced_by"] = unknown_procedure(following, coming)
        return sentences

    def _replacements(self, leads: list[tuple[str, RequestedRow]]) -> None:
        """Who is replaced by whom; a circle is refused."""
        if not leads:
            return
        following = {code: held.values["replaced_by"] for code, held in self.catalogue.procedures.items()}
        following |= {code: wanted.given["replaced_by"] for code, wanted in leads}
        for code, wanted in leads:
            seen, at = {code}, following.get(code, "")
            while at and at not in seen:
                seen.add(at)
                at = following.get(at, "")
            if at == code:
                circle = _("Un trámite no puede sustituirse a sí mismo, tampoco a través de otros")
                refuse(self.plan, wanted, {"replaced_by": circle})
            else:
                target = wanted.given["replaced_by"]
                self.plan.replaced.append((self.procedures[code], self.procedures.get(target)))

    def _life_events(self) -> None:
        if not (self.file.of("life_events") or self.file.of("life_event_steps")):
            return
        events = {slug: held.instance for slug, held in self.catalogue.life_events.items()}
        for (slug,), wanted in self.file.of("life_events").items():
            instance = self._plain(wanted, self.catalogue.life_events.get(slug), self.plan.life_events, {})
            if instance is not None:
                events[slug] = instance
        Steps(self.plan, self.file, self.catalogue, self.procedures, events, self.step).take()

    def _synonyms(self) -> None:
        for key, wanted in self.file.of("synonyms").items():
            language, said = key
            self._plain(wanted, self.catalogue.synonyms.get((language, said)), self.plan.synonyms, {})


def _content_keys(sheets: list[Sheet]) -> list[tuple[str]]:
    """The procedures whose content a file may speak of."""
    named = [
        (str(row.cells.get("procedure", "")),)
        for sheet in sheets
        if sheet.kind in ("versions", "required_data")
        for row in sheet.rows
    ]
    translated = [row for sheet in sheets if sheet.kind == "translations" for row in sheet.rows]
    parts = [str(row.cells.get("object", "")).split(" ") for row in translated]
    return named + [(words[1],) for words in parts if len(words) > 1 and words[0] in ("versions", "required_data")]


def unknown_procedure(code: str, known: Any) -> str:
    said = _("No hay ningún trámite «%(code)s».%(nearest)s")
    return said % {"code": code, "nearest": nearest(code, list(known))}
