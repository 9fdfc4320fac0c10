"""What a plan says about each row, and what is to be written."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from procedures.transfer.resources import RESOURCES
from procedures.transfer.sheets import Problem, Row
from procedures.transfer.snapshot import StoredVersion, Values


class Status(StrEnum):
    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what it says, and what it will say, as a cell would show them."""

    column: str
    old: str
    new: str


@dataclass(slots=True)
class Outcome:
    """What becomes of a row; ``key`` names its thing for people."""

    row: Row
    key: str
    status: Status
    fields: list[Difference] = field(default_factory=list)
    note: str = ""


@dataclass
class Batch:
    """Rows of one model to be made, and to be changed as they stand here."""

    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


@dataclass
class NewContent:
    """A draft to be made, or (``draft``) to be changed; ``data`` is None where what it asks for stays."""

    procedure: Any
    number: int
    values: Values
    data: list[Values] | None
    draft: StoredVersion | None = None
    digest: str = ""


@dataclass
class NewSteps:
    """The steps that a life event will have: pairs of procedure and values."""

    life_event: Any
    steps: list[tuple[Any, Values]]


@dataclass
class Plan:
    """What a file would do to the catalogue as it was at ``stamp``; with a problem it does nothing."""

    stamp: int
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    entities: Batch = field(default_factory=Batch)
    procedures: Batch = field(default_factory=Batch)
    replaced: list[tuple[Any, Any]] = field(default_factory=list)
    contents: list[NewContent] = field(default_factory=list)
    life_events: Batch = field(default_factory=Batch)
    steps: list[NewSteps] = field(default_factory=list)
    synonyms: Batch = field(default_factory=Batch)

    @property
    def writes_something(self) -> bool:
        batches = (self.entities, self.procedures, self.life_events, self.synonyms)
        return any(batches) or bool(self.replaced or self.contents or self.steps)

    @property
    def counts(self) -> Counter[str]:
        """How many rows have each status."""
        return Counter(outcome.status.value for outcome in self.outcomes)

    @property
    def digest(self) -> str:
        """Equal for plans that would do the same."""
        hashed = hashlib.sha256()
        for outcome in self.outcomes:
            said = [outcome.row.kind, outcome.row.number, outcome.key, outcome.status, outcome.note]
            said += [(one.column, one.old, one.new) for one in outcome.fields]
            hashed.update(json.dumps(said).encode())
        return hashed.hexdigest()

    def refuse(self, row: Row, key: str, wrong: dict[str, str]) -> None:
        """A row that cannot stand, with a sentence for each column."""
        self.problems += [Problem(row.kind, sentence, row, column) for column, sentence in wrong.items()]
        self.outcomes.append(Outcome(row, key, Status.WRONG))


def differences(kind: str, old: Values, new: Values, columns: Iterable[str]) -> list[Difference]:
    """What is said otherwise now, of these columns."""
    shown = RESOURCES[kind].columns
    return [
        Difference(
            name,
            str(shown[name].widget.render(old[name])) if name in old else "",
            str(shown[name].widget.render(new[name])),
        )
        for name in columns
        if name not in old or old[name] != new[name]
    ]
