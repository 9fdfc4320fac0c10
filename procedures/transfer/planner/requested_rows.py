"""The rows of a file by what they are about: each thing once, with all that the file says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procedures.transfer.normalization import adopt, clean_key
from procedures.transfer.plan import Outcome, Plan, Status, differences
from procedures.transfer.resources import RESOURCES, Key, Values
from procedures.transfer.sheets import Formula, Row, RowError, Sheet, column_errors
from procedures.transfer.translations import Translation, TranslationConflict, parse_row
from procedures.transfer.validation import default_values


@dataclass
class ResolvedRow:
    """What a thing will say, which row each new value comes from, and the rows that were rejected on the way."""

    values: Values
    sources: dict[str, Row] = field(default_factory=dict)
    rejected: list[Row] = field(default_factory=list)


@dataclass
class RequestedRow:
    """What a file says of one thing: the values of its own row, if there is one, and its translations."""

    kind: str
    key: Key
    row: Row | None = None
    given: Values = field(default_factory=dict)
    translations: list[Translation] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " ".join(self.key)

    @property
    def rows(self) -> list[Row]:
        own = [self.row] if self.row is not None else []
        return own + [translation.row for translation in self.translations]

    def resolve(self, plan: Plan, start: Values | None, stored: Values | None) -> ResolvedRow:
        """Return the values that the thing will have, from those at the start (None: it does not exist yet).

        ``stored`` is what an export shows: a translation that repeats it asks for nothing. Translations that cannot be
        filled in are rejected in the plan.
        """
        given = {name: adopt(value, start[name]) if start else value for name, value in self.given.items()}
        values = (start if start is not None else default_values(self.kind)) | given
        resolved = ResolvedRow(values, dict.fromkeys(self.given, self.row) if self.row is not None else {})
        for translation in self.translations:
            try:
                columns = translation.fill_in(values, stored or {}, given)
            except TranslationConflict as conflict:
                plan.reject(translation.row, self.name, {conflict.column: conflict})
                resolved.rejected.append(translation.row)
            else:
                resolved.sources |= dict.fromkeys(columns, translation.row)
        return resolved

    def record(self, plan: Plan, resolved: ResolvedRow, old: Values | None, *, is_new: bool, note: str = "") -> None:
        """Record what becomes of each row, compared with the old values."""
        for row in self.rows:
            if any(row is rejected for rejected in resolved.rejected):
                continue
            columns = [column for column, source in resolved.sources.items() if source is row]
            if is_new and row is self.row:
                filled = [one for one in differences(self.kind, {}, resolved.values, columns) if one.new]
                plan.outcomes.append(Outcome(row, self.name, Status.NEW, filled, note))
                continue
            changed = differences(self.kind, old or {}, resolved.values, columns)
            status = Status.CHANGED if changed else Status.UNCHANGED
            plan.outcomes.append(Outcome(row, self.name, status, changed, note if changed else ""))

    def reject(self, plan: Plan, errors: Mapping[str, Any], resolved: ResolvedRow | None = None) -> None:
        """Record each error at the row that its value comes from; without such a row, at the first."""
        by_row: dict[int, dict[str, Any]] = {}
        for column, sentence in errors.items():
            source = resolved.sources.get(column) if resolved else None
            by_row.setdefault(id(source or self.rows[0]), {})[column] = sentence
        for row in self.rows:
            if id(row) in by_row:
                plan.reject(row, self.name, by_row[id(row)])


class RequestedRows:
    """The things that a file speaks of, by kind and key; rows that cannot be read are rejected in the plan."""

    def __init__(self, sheets: list[Sheet], plan: Plan) -> None:
        self.plan = plan
        self.kinds = {sheet.kind for sheet in sheets}
        self._by_kind: dict[str, dict[Key, RequestedRow]] = {kind: {} for kind in RESOURCES}
        for sheet in sheets:
            if sheet.is_whole and (errors := column_errors(sheet)):
                plan.errors += errors
            else:
                self._add(sheet)
        for requested in self.of("translations").values():
            self._add_translation(requested)

    def __len__(self) -> int:
        return sum(map(len, self._by_kind.values()))

    def of(self, kind: str) -> dict[Key, RequestedRow]:
        return self._by_kind[kind]

    def _add(self, sheet: Sheet) -> None:
        known, resource = self.of(sheet.kind), RESOURCES[sheet.kind]
        for row in sheet.rows:
            given, errors = read_row(row, is_whole=sheet.is_whole)
            key = resource.key_of(given)
            name = " ".join(key)
            if not errors and key in known:
                first = known[key].row
                sentence = _("«%(key)s» está dos veces: también en la fila %(row)d")
                errors = {resource.keys[-1]: sentence % {"key": name, "row": first.number if first else 0}}
            if errors:
                self.plan.reject(row, name, errors)
            else:
                known[key] = RequestedRow(sheet.kind, key, row, given)

    def _add_translation(self, requested: RequestedRow) -> None:
        for row in requested.rows:
            match parse_row(row, requested.given):
                case RowError() as error:
                    self.plan.reject(row, requested.name, {error.column: error.sentence})
                case Translation(kind=kind, key=key) as translation:
                    self.of(kind).setdefault(key, RequestedRow(kind, key)).translations.append(translation)


def read_row(row: Row, *, is_whole: bool) -> tuple[Values, dict[str, str]]:
    """Return the values of a row by column, and a sentence for each cell that cannot be read."""
    values: Values = {}
    errors = {"": _("Hay un valor más allá de la última columna")} if "" in row.cells else {}
    for name, column in RESOURCES[row.kind].columns.items():
        if column.readonly:
            continue
        if name not in row.cells:
            if is_whole and not column.may_lack:
                errors[name] = _("Falta la columna «%(name)s»") % {"name": name}
        elif isinstance(row.cells[name], Formula):
            errors[name] = _("Hay una fórmula o un error de la hoja de cálculo: escribe el valor")
        else:
            try:
                value = column.widget.clean(row.cells[name])
                values[name] = clean_key(value) if column.is_key or column.refers else value
            except ValueError as error:
                errors[name] = str(error)
    return values, errors
