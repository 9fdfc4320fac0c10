"""The rows of a file by what they name: each thing once, with what is said of it and which row says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procedures.transfer.plan import Outcome, Plan, Status, differences
from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Formula, Problem, Row, Sheet, wrong_columns
from procedures.transfer.snapshot import Values
from procedures.transfer.translations import Amendment, Conflict, Key, amend, amendment
from procedures.transfer.validation import empty


@dataclass
class RequestedRow:
    """One thing as the file wants it: what its own row gives, if it has one, and its translations."""

    kind: str
    key: Key
    row: Row | None = None
    given: Values = field(default_factory=dict)
    amendments: list[Amendment] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " ".join(self.key)

    def rows(self) -> Iterator[Row]:
        """Every row that says something of it."""
        if self.row is not None:
            yield self.row
        yield from (change.row for change in self.amendments)


@dataclass
class ResolvedRow:
    """What a thing will say, and the row of each column that says something new."""

    values: Values
    sources: dict[str, Row]


type Things = dict[Key, RequestedRow]


class File:
    """The things of a file by kind; what cannot be read stands in the plan's problems."""

    def __init__(self, sheets: list[Sheet], plan: Plan) -> None:
        self.plan = plan
        self.kinds = {sheet.kind for sheet in sheets}
        self.things: dict[str, Things] = {kind: {} for kind in RESOURCES}
        for sheet in sheets:
            if sheet.is_whole and (wrong := wrong_columns(sheet)):
                plan.problems += wrong
            else:
                self._take(sheet)
        for wanted in list(self.things["translations"].values()):
            self._amend(wanted)

    def of(self, kind: str) -> Things:
        return self.things[kind]

    def _take(self, sheet: Sheet) -> None:
        things = self.things[sheet.kind]
        for row in sheet.rows:
            given, wrong = read_row(row, sheet.is_whole)
            key = tuple(str(given.get(name, "")) for name in RESOURCES[sheet.kind].keys)
            if wrong:
                self.plan.refuse(row, " ".join(key), wrong)
            elif key in things:
                first = things[key].row
                said = _("«%(key)s» está dos veces: también en la fila %(row)d")
                named = RESOURCES[sheet.kind].keys[-1]
                self.plan.refuse(
                    row, " ".join(key), {named: said % {"key": " ".join(key), "row": first.number if first else 0}}
                )
            else:
                things[key] = RequestedRow(sheet.kind, key, row, given)

    def _amend(self, wanted: RequestedRow) -> None:
        assert wanted.row is not None  # noqa: S101  it was read from one
        match amendment(wanted.row, wanted.given):
            case Problem() as problem:
                self.plan.refuse(wanted.row, wanted.name, {problem.column: problem.sentence})
            case Amendment() as change:
                thing = self.things[change.kind].setdefault(change.key, RequestedRow(change.kind, change.key))
                thing.amendments.append(change)


def read_row(row: Row, is_whole: bool = True) -> tuple[Values, dict[str, str]]:
    """The values of a row by column, and a sentence for each cell that cannot be read."""
    resource = RESOURCES[row.kind]
    values: Values = {}
    wrong: dict[str, str] = {}
    if "" in row.cells:
        wrong[""] = _("Hay un valor más allá de la última columna")
    for name, column in resource.columns.items():
        if column.readonly:
            continue
        if name not in row.cells:
            if is_whole and not column.may_lack:
                wrong[name] = _("Falta la columna «%(name)s»") % {"name": name}
            continue
        cell = row.cells[name]
        if isinstance(cell, Formula):
            wrong[name] = _("Hay una fórmula o un error de la hoja de cálculo: escribe el valor")
            continue
        try:
            values[name] = column.widget.clean(cell)
        except ValueError as error:
            wrong[name] = str(error)
    return values, wrong


def said_by(
    wanted: RequestedRow, plan: Plan, start: Mapping[str, Any] | None, known: Mapping[str, Any] | None
) -> ResolvedRow:
    """What a thing will say, from what it says at the start (None: nothing yet) and what its rows want.

    ``known`` is what an export says of it: a translation that says the same wants nothing.
    """
    values = {**(start if start is not None else empty(wanted.kind)), **wanted.given}
    sources = dict.fromkeys(wanted.given, wanted.row) if wanted.row is not None else {}
    for change in wanted.amendments:
        try:
            columns = amend(change, values, dict(known or {}), wanted.given)
        except Conflict as conflict:
            plan.refuse(change.row, wanted.name, {conflict.column: str(conflict)})
        else:
            sources |= dict.fromkeys(columns, change.row)
    return ResolvedRow(values, sources)


def tell(
    plan: Plan, wanted: RequestedRow, said: ResolvedRow, old: Values | None, *, is_new: bool, note: str = ""
) -> None:
    """Say of each row of a thing what becomes of it."""
    refused = {
        id(outcome.row) for outcome in plan.outcomes[-len(wanted.amendments) - 1 :] if outcome.status == Status.WRONG
    }
    for row in wanted.rows():
        if id(row) in refused:
            continue
        columns = [column for column, source in said.sources.items() if source is row]
        if row.kind == wanted.kind and is_new:
            shown = [one for one in differences(wanted.kind, {}, said.values, columns) if one.new]
            plan.outcomes.append(Outcome(row, wanted.name, Status.NEW, shown, note))
            continue
        changed = differences(wanted.kind, old or {}, said.values, columns)
        status = Status.CHANGED if changed else Status.UNCHANGED
        plan.outcomes.append(Outcome(row, wanted.name, status, changed, note if changed else ""))


def refuse(plan: Plan, wanted: RequestedRow, wrong: Mapping[str, str], said: ResolvedRow | None = None) -> None:
    """Say of the rows of a thing what is wrong with it, each at the row where it comes from."""
    rows = list(wanted.rows())
    by_row: dict[int, dict[str, str]] = {}
    for column, sentence in wrong.items():
        source = said.sources.get(column) if said else None
        by_row.setdefault(id(source or rows[0]), {})[column] = sentence
    for row in rows:
        if id(row) in by_row:
            plan.refuse(row, wanted.name, by_row[id(row)])
