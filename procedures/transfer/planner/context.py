"""What the steps of planning share: the file, the catalogue, and the plan that comes of comparing them."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.transfer.normalization import clean_key
from procedures.transfer.plan import ImportMode, Plan
from procedures.transfer.planner.requested_rows import RequestedRow, RequestedRows
from procedures.transfer.resources import RESOURCES, Key
from procedures.transfer.sheets import Sheet
from procedures.transfer.snapshot import CatalogueSnapshot
from procedures.transfer.validation import Validator, set_values
from procedures.transfer.widgets import suggestion

type Report = Callable[[int, int], None]
"""Called now and then with the number of things planned, and of all."""

REPORT_EVERY = 100
NOT_FOUND = gettext_lazy("No existe y el archivo tampoco lo trae")


class Planning:
    """One run of the planner."""

    def __init__(self, sheets: list[Sheet], mode: ImportMode, report: Report) -> None:
        self.mode, self.report = mode, report
        self.snapshot = CatalogueSnapshot(_codes(sheets))
        self.plan = Plan(self.snapshot.stamp)
        self.requested = RequestedRows(sheets, self.plan)
        self.validator = Validator()
        self.done = 0
        self._instances: dict[str, dict[Key, Any]] = {}

    def advance(self) -> None:
        """Count one more thing as planned."""
        self.done += 1
        if self.done % REPORT_EVERY == 0:
            self.report(self.done, len(self.requested))

    def instances(self, kind: str) -> dict[Key, Any]:
        """Return by key the instances of a standalone kind, saved or not, that there will be afterwards."""
        if kind not in self._instances:
            self._instances[kind] = {key: stored.instance for key, stored in self.snapshot.of(kind).items()}
        return self._instances[kind]

    def procedure(self, code: str) -> Any:
        """Return the procedure that there will be under this code, or None."""
        return self.instances("procedures").get(tuple(code.split("/")))

    def unknown_procedure(self, code: str) -> str:
        keys = [*self.instances("procedures"), *self.requested.of("procedures")]
        hint = suggestion(code, ["/".join(key) for key in keys])
        return _("No hay ningún trámite «%(code)s».%(nearest)s") % {"code": code, "nearest": hint}

    def plan_row(self, requested: RequestedRow, errors: dict[str, str] | None = None) -> None:
        """Plan a row of a standalone kind; ``errors`` are those found already by comparing it with other rows."""
        self.advance()
        stored = self.snapshot.of(requested.kind).get(requested.key)
        if stored is None and requested.row is None:
            requested.reject(self.plan, {"object": NOT_FOUND})
            return
        old = stored.values if stored else None
        resolved = requested.resolve(self.plan, old, old)
        digest = requested.row.digest if requested.row else ""
        has_news = resolved.values != old or (stored and digest and stored.instance.digest != digest)
        errors = (errors or {}) | (self.validator.errors(requested.kind, resolved.values) if has_news else {})
        if errors:
            requested.reject(self.plan, errors, resolved)
            return
        requested.record(self.plan, resolved, old, is_new=stored is None)
        if has_news:
            instance: Any = stored.instance if stored else RESOURCES[requested.kind].model()
            set_values(requested.kind, instance, resolved.values)
            if digest:
                instance.digest = digest
            batch = self.plan.batches[requested.kind]
            (batch.changed if stored else batch.new).append(instance)
            self.instances(requested.kind)[requested.key] = instance


def _codes(sheets: list[Sheet]) -> set[str]:
    """Return the codes of the procedures whose content a file may change."""
    codes = set()
    for sheet in sheets:
        if sheet.kind in ("versions", "required_data"):
            codes |= {clean_key(str(row.cells.get("procedure", ""))) for row in sheet.rows}
        elif sheet.kind == "translations":
            objects = (clean_key(str(row.cells.get("object", ""))).split(" ") for row in sheet.rows)
            codes |= {words[1] for words in objects if len(words) > 1 and words[0] in ("versions", "required_data")}
    return codes
