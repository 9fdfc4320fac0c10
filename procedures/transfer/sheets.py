"""Sheets of rows as a file has them, and what is wrong with them before anything of it is looked at."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procedures.transfer.resources import RESOURCES
from procedures.transfer.widgets import nearest

MOST_ROWS, MOST_ROWS_A_SHEET = 40_000, 20_000
MOST_COLUMNS = 100


class UnreadableFile(ValueError):
    """The file cannot be taken at all; the message is a sentence for whoever sent it."""


@dataclass(frozen=True)
class Formula:
    """A cell that a spreadsheet computes; it has no value of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its sheet's kind, its number in the file (0: it stands in none), its cells as they were found.

    ``place`` says where it stands in a file without rows; ``digest`` is of what such a file says.
    """

    kind: str
    number: int
    cells: dict[str, Any]
    place: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in a sentence, and where: sheet, row (None: the sheet itself), column (may be empty)."""

    kind: str
    sentence: str
    row: Row | None = None
    column: str = ""


@dataclass
class Sheet:
    """The rows of one kind; where it is not whole, what a row leaves out is as the catalogue has it."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    is_whole: bool = True


class RowCounter:
    """Counts the rows of a file while it is read, so that a huge one is refused before it is in memory."""

    def __init__(self) -> None:
        self.all = 0
        self.of_sheet: Counter[str] = Counter()

    def count(self, sheet: str) -> None:
        """Count one row; raises ``UnreadableFile`` when it is one too many."""
        self.all += 1
        self.of_sheet[sheet] += 1
        if self.of_sheet[sheet] > MOST_ROWS_A_SHEET or self.all > MOST_ROWS:
            raise UnreadableFile(
                _(
                    "El archivo tiene demasiadas filas: como mucho %(sheet)s por hoja y %(all)s en total. "
                    "Repártelo en varios, por ejemplo uno por organismo."
                )
                % {"sheet": _spaced(MOST_ROWS_A_SHEET), "all": _spaced(MOST_ROWS)}
            )


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def kind_of(title: str) -> str:
    """The kind of the sheet that is called so; raises ``UnreadableFile`` with the nearest one."""
    name = title.strip().lower()
    if name in RESOURCES:
        return name
    raise UnreadableFile(
        _("No sé qué es la hoja «%(title)s».%(nearest)s Puede haber: %(kinds)s")
        % {"title": title, "nearest": nearest(name, list(RESOURCES)), "kinds": ", ".join(RESOURCES)}
    )


def kind_with(columns: Sequence[str]) -> str:
    """The kind whose columns these are, for a file that does not name it; raises ``UnreadableFile``."""

    def likeness(kind: str) -> tuple[int, int]:
        known = RESOURCES[kind].columns
        return len(set(columns) & set(known)), -len(set(known) - set(columns))

    found = max(RESOURCES, key=likeness)
    if likeness(found)[0] < 2:
        raise UnreadableFile(
            _("La primera fila tiene que llevar los nombres de las columnas, y no los reconozco: %(columns)s")
            % {"columns": ", ".join(columns[:10])}
        )
    return found


def wrong_columns(sheet: Sheet) -> list[Problem]:
    """A sentence for each column that is missing, unknown or there twice."""
    resource = RESOURCES[sheet.kind]
    unknown = [name for name in sheet.columns if name not in resource.columns]
    missing = [
        name
        for name, column in resource.columns.items()
        if name not in sheet.columns and not (column.may_lack or column.readonly)
    ]
    sentences = []
    for name in dict.fromkeys(unknown):
        hint = nearest(name, missing or [one for one in resource.columns if one not in sheet.columns])
        sentences.append((name, _("La columna «%(name)s» no se conoce.%(hint)s") % {"name": name, "hint": hint}))
    sentences += [(name, _("Falta la columna «%(name)s»") % {"name": name}) for name in missing]
    twice = [name for name, times in Counter(sheet.columns).items() if times > 1]
    sentences += [(name, _("La columna «%(name)s» está dos veces") % {"name": name}) for name in twice]
    return [Problem(sheet.kind, sentence, column=name) for name, sentence in sentences]


def with_rows(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets that say something; raises ``UnreadableFile`` when none does, or one is there twice."""
    kept = [sheet for sheet in sheets if sheet.rows or sheet.columns]
    if not any(sheet.rows for sheet in kept):
        raise UnreadableFile(_("El archivo está vacío: no hay ninguna fila debajo de los nombres de las columnas"))
    for kind, times in Counter(sheet.kind for sheet in kept).items():
        if times > 1:
            raise UnreadableFile(_("La hoja «%(kind)s» está dos veces") % {"kind": kind})
    return kept
