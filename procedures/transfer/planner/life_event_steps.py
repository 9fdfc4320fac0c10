"""What a file makes of the steps of life events: where it names an event's steps, these are all that it takes."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.transfer.plan import NewSteps, Outcome, Plan, Status, differences
from procedures.transfer.planner.requested_rows import File, RequestedRow, ResolvedRow, refuse, said_by, tell
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Row
from procedures.transfer.snapshot import CatalogueSnapshot
from procedures.transfer.validation import wrong
from procedures.transfer.widgets import nearest


class Steps:
    """Plans the sheet of steps."""

    def __init__(
        self,
        plan: Plan,
        file: File,
        catalogue: CatalogueSnapshot,
        procedures: Mapping[str, Any],
        events: Mapping[str, Any],
        step: Callable[[], None],
    ) -> None:
        self.plan, self.file, self.catalogue = plan, file, catalogue
        self.procedures, self.events, self.step = procedures, events, step

    def take(self) -> None:
        by_event: dict[str, dict[str, RequestedRow]] = {}
        if "life_event_steps" in self.file.kinds:
            by_event = {slug: {} for (slug,), wanted in self.file.of("life_events").items() if wanted.row is not None}
        for (slug, code), wanted in self.file.of("life_event_steps").items():
            by_event.setdefault(slug, {})[code] = wanted
        for slug, steps in by_event.items():
            self.step()
            self._take(slug, steps)

    def _take(self, slug: str, steps: dict[str, RequestedRow]) -> None:
        if slug not in self.events:
            unknown = _("No hay ninguna situación «%(slug)s».%(nearest)s")
            sentence = unknown % {"slug": slug, "nearest": nearest(slug, list(self.events))}
            for wanted in steps.values():
                refuse(self.plan, wanted, {"life_event": sentence})
            return
        held = {code: one.values for code, one in self.catalogue.steps.get(slug, {}).items()}
        is_whole = any(wanted.row is not None for wanted in steps.values()) or not steps
        said = {} if is_whole else {code: ResolvedRow(values, {}) for code, values in held.items()}
        problems = len(self.plan.problems)
        for code, wanted in steps.items():
            if one := self._said(code, wanted, held.get(code)):
                said[code] = one
                tell(self.plan, wanted, one, held.get(code), is_new=code not in held)
        if len(self.plan.problems) > problems:
            return
        for code in held.keys() - said.keys():
            self._removed(slug, code, held[code])
        if {code: one.values for code, one in said.items()} != held:
            pairs = [(self.procedures[code], one.values) for code, one in said.items()]
            self.plan.steps.append(NewSteps(self.events[slug], pairs))

    def _said(self, code: str, wanted: RequestedRow, held: dict[str, Any] | None) -> ResolvedRow | None:
        """What the step will say; None when it cannot stand."""
        sentences: dict[str, str] = {}
        if held is None and wanted.row is None:
            sentences["object"] = _("No existe y el archivo tampoco lo trae")
        elif code not in self.procedures:
            unknown = _("No hay ningún trámite «%(code)s».%(nearest)s")
            sentences["procedure"] = unknown % {"code": code, "nearest": nearest(code, list(self.procedures))}
        one = None if sentences else said_by(wanted, self.plan, held, held)
        if one is not None and one.values != held:
            sentences = wrong("life_event_steps", one.values)
        if sentences:
            refuse(self.plan, wanted, sentences, one)
            return None
        return one

    def _removed(self, slug: str, code: str, values: dict[str, Any]) -> None:
        own = RESOURCES["life_event_steps"].own
        lost = [
            type(one)(one.column, one.new, "") for one in differences("life_event_steps", {}, values, own) if one.new
        ]
        row = Row("life_event_steps", 0, {})
        self.plan.outcomes.append(Outcome(row, f"{slug} {code}", Status.REMOVED, lost))
