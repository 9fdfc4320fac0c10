"""What the steps of planning share: the file, the catalogue, and the plan that comes of comparing them."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.transfer.plan import Batch, ImportMode, Plan
from procedures.transfer.planner.requested_rows import RequestedRow, RequestedRows
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Sheet
from procedures.transfer.snapshot import CatalogueSnapshot, StoredRow
from procedures.transfer.validation import set_values, validate
from procedures.transfer.widgets import suggestion

type Report = Callable[[int, int], None]
"""Called now and then with the number of things planned, and of all."""

REPORT_EVERY = 100
NOT_FOUND = gettext_lazy("No existe y el archivo tampoco lo trae")


class Planning:
    """One run of the planner.

    ``entities``, ``procedures`` and ``life_events`` hold the instances, saved or not, that there will be afterwards.
    """

    def __init__(self, sheets: list[Sheet], mode: ImportMode, report: Report) -> None:
        self.mode, self.report = mode, report
        self.snapshot = CatalogueSnapshot(_codes(sheets))
        self.plan = Plan(self.snapshot.stamp)
        self.requested = RequestedRows(sheets, self.plan)
        self.done = 0
        self.entities: dict[str, Any] = {}
        self.procedures: dict[str, Any] = {}
        self.life_events: dict[str, Any] = {}

    def advance(self) -> None:
        """Count one more thing as planned."""
        self.done += 1
        if self.done % REPORT_EVERY == 0:
            self.report(self.done, len(self.requested))

    def plan_row(
        self, requested: RequestedRow, stored: StoredRow | None, batch: Batch, errors: Mapping[str, str]
    ) -> Any:
        """Plan a row that is an instance of its own; return the instance, or None when it will not exist.

        ``errors`` are those that the caller has found by comparing with other rows.
        """
        self.advance()
        if stored is None and requested.row is None:
            requested.reject(self.plan, {"object": NOT_FOUND})
            return None
        old = stored.values if stored else None
        resolved = requested.resolve(self.plan, old, old)
        digest = requested.row.digest if requested.row else ""
        instance: Any = stored.instance if stored else RESOURCES[requested.kind].model()
        has_news = resolved.values != old or (digest and instance.digest != digest)
        if errors := {**errors, **(validate(requested.kind, resolved.values) if has_news else {})}:
            requested.reject(self.plan, errors, resolved)
            return instance if stored else None
        requested.record(self.plan, resolved, old, is_new=stored is None)
        if has_news:
            set_values(requested.kind, instance, resolved.values)
            if digest:
                instance.digest = digest
            (batch.changed if stored else batch.new).append(instance)
        return instance


def _codes(sheets: list[Sheet]) -> set[str]:
    """Return the codes of the procedures whose content a file may change."""
    codes = set()
    for sheet in sheets:
        if sheet.kind in ("versions", "required_data"):
            codes |= {str(row.cells.get("procedure", "")) for row in sheet.rows}
        elif sheet.kind == "translations":
            objects = (str(row.cells.get("object", "")).split(" ") for row in sheet.rows)
            codes |= {words[1] for words in objects if len(words) > 1 and words[0] in ("versions", "required_data")}
    return codes


def unknown_procedure(code: str, known: Collection[str]) -> str:
    return _("No hay ningún trámite «%(code)s».%(nearest)s") % {
        "code": code,
        "nearest": suggestion(code, list(known)),
    }
