"""The plan of an import: what becomes of each row, and what is to be written."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

from procedures.transfer.resources import RESOURCES, Values
from procedures.transfer.sheets import Row, RowError
from procedures.transfer.snapshot import StoredVersion

STANDALONE = ("entities", "procedures", "life_events", "synonyms")
"""The kinds whose rows are planned each by itself, in the order in which they are written."""


class ImportMode(Enum):
    """Whether changed content goes to a draft for review, or to a new version that the caller publishes at once."""

    DRAFT = auto()
    PUBLISH = auto()


class Status(StrEnum):
    """What becomes of a row, most urgent first."""

    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """The old and the new value of a column, as a cell would show them."""

    column: str
    old: str
    new: str


@dataclass(slots=True)
class Outcome:
    """What becomes of a row; ``key`` names its thing to people."""

    row: Row
    key: str
    status: Status
    fields: list[Difference] = field(default_factory=list)
    note: str = ""


@dataclass
class Batch:
    """Instances of one model to create, and others to update with all their values."""

    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


@dataclass
class PlannedVersion:
    """A version to create, or a ``draft`` to change; ``data`` is None where the required data stay as they are."""

    procedure: Any
    number: int
    values: Values
    data: list[Values] | None
    draft: StoredVersion | None = None
    digest: str = ""


@dataclass
class PlannedSteps:
    """The steps that a life event will have instead of its present ones: pairs of procedure and values."""

    life_event: Any
    steps: list[tuple[Any, Values]]


@dataclass
class Plan:
    """What a file would do to the catalogue as it was at ``stamp``; a plan with errors cannot be applied."""

    stamp: int
    outcomes: list[Outcome] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    batches: dict[str, Batch] = field(default_factory=lambda: {kind: Batch() for kind in STANDALONE})
    replacements: list[tuple[Any, Any]] = field(default_factory=list)
    versions: list[PlannedVersion] = field(default_factory=list)
    steps: list[PlannedSteps] = field(default_factory=list)

    @property
    def writes_something(self) -> bool:
        return any(self.batches.values()) or bool(self.replacements or self.versions or self.steps)

    @property
    def counts(self) -> Counter[str]:
        """Return the number of rows by status."""
        return Counter(outcome.status.value for outcome in self.outcomes)

    @property
    def digest(self) -> str:
        """Return the same text for plans that do the same, and only for them."""
        hashed = hashlib.sha256()
        for outcome in self.outcomes:
            parts = [outcome.row.kind, outcome.row.number, outcome.key, outcome.status, outcome.note]
            fields = [(one.column, one.old, one.new) for one in outcome.fields]
            hashed.update(json.dumps([*parts, *fields]).encode())
        return hashed.hexdigest()

    def reject(self, row: Row, key: str, errors: Mapping[str, Any]) -> None:
        """Record a row that cannot be accepted, with a sentence by column."""
        self.errors += [RowError(row.kind, str(sentence), row, column) for column, sentence in errors.items()]
        self.outcomes.append(Outcome(row, key, Status.WRONG))

    def remove(self, kind: str, key: str, values: Values, note: str = "") -> None:
        """Record that something disappears because the file, which lists all of its kind, leaves it out."""
        lost = [one for one in differences(kind, values, {}, RESOURCES[kind].own) if one.old]
        self.outcomes.append(Outcome(Row(kind, 0, {}), key, Status.REMOVED, lost, note))


def differences(kind: str, old: Values, new: Values, columns: Iterable[str]) -> list[Difference]:
    """Return what differs in these columns; what only one side has differs, even when it renders as ``""``."""

    def cell(values: Values, name: str) -> str:
        return str(RESOURCES[kind].columns[name].widget.render(values[name])) if name in values else ""

    return [
        Difference(name, cell(old, name), cell(new, name))
        for name in columns
        if name not in old or name not in new or old[name] != new[name]
    ]
