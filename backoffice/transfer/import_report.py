"""What the page of an import shows: how many rows of each sort, a page of them, and what the columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from backoffice.models import ImportRow, ImportRun
from foundation.pages import Text
from procedures.transfer.plan import Status
from procedures.transfer.resources import RESOURCES

ROWS_A_PAGE = 50
STATUSES: dict[str, Text] = {
    Status.WRONG: _("Con errores"),
    Status.NEW: _("Nuevas"),
    Status.CHANGED: _("Cambiadas"),
    Status.REMOVED: _("Quitadas"),
    Status.UNCHANGED: _("Sin cambios"),
}
ONE: dict[str, Text] = {
    Status.WRONG: _("error"),
    Status.NEW: _("nueva"),
    Status.CHANGED: _("cambia"),
    Status.REMOVED: _("se quita"),
    Status.UNCHANGED: _("igual"),
}


@dataclass(frozen=True)
class Choice:
    """A link that narrows the list down; ``value`` is empty for everything."""

    value: str
    label: Text
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class ShownRow:
    """A row as it is read."""

    row: ImportRow
    status: Text
    sheet: Text
    fields: list[tuple[str, str, str]]
    problems: list[tuple[str, str]]


class CountedPages(Paginator[ImportRow]):
    """A paginator that was told how many rows there are."""

    def __init__(self, *args: Any, counted: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.counted = counted

    @cached_property
    def count(self) -> int:
        return self.counted


def found_in(run: ImportRun, query: Mapping[str, str]) -> dict[str, Any]:
    """What the template is given: filters, and the page of rows that they leave."""
    counted = run.rows.order_by().values_list("status", "kind").annotate(Count("pk"))
    table = {(status, kind): count for status, kind, count in counted}
    status, kind = query.get("estado", ""), query.get("hoja", "")
    if status not in STATUSES:
        status = ""
    if kind not in RESOURCES:
        kind = ""
    rows = run.rows.all()
    if status:
        rows = rows.filter(status=status)
    if kind:
        rows = rows.filter(kind=kind)
    left = sum(count for (of, among), count in table.items() if status in ("", of) and kind in ("", among))
    page = CountedPages(rows, ROWS_A_PAGE, counted=left).get_page(query.get("p"))
    return {
        "statuses": _choices("estado", status, STATUSES, _by(table, 0), f"&hoja={kind}" if kind else ""),
        "sheets": _choices("hoja", kind, _titles(), _by(table, 1), f"&estado={status}" if status else ""),
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "kept": f"&estado={status}&hoja={kind}",
        "rows": _shown(page),
    }


def _titles() -> dict[str, Text]:
    return {kind: resource.title for kind, resource in RESOURCES.items()}


def _by(table: Mapping[tuple[str, str], int], part: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key, count in table.items():
        counts[key[part]] = counts.get(key[part], 0) + count
    return counts


def _choices(
    name: str, chosen: str, labels: Mapping[str, Text], counts: Mapping[str, int], others: str
) -> list[Choice]:
    everything = Choice("", _("Todas"), sum(counts.values()), not chosen, f"?{others.lstrip('&')}")
    return [everything] + [
        Choice(value, label, counts[value], value == chosen, f"?{name}={value}{others}")
        for value, label in labels.items()
        if counts.get(value)
    ]


def _shown(page: Page[ImportRow]) -> list[ShownRow]:
    shown = []
    for row in page:
        resource = RESOURCES[row.kind]
        fields = [(resource.label_of(column), old, new) for column, old, new in row.fields]
        problems = [(problem["column"], problem["sentence"]) for problem in row.problems]
        shown.append(ShownRow(row, ONE[row.status], resource.title, fields, problems))
    return shown


@dataclass(frozen=True)
class Legend:
    """A kind of sheet, explained."""

    name: str
    title: Text
    says: Text
    columns: list[tuple[str, str, bool]]


def legend() -> list[Legend]:
    """The sheets and their columns: name, meaning, whether it names the row; one language stands for all."""
    return [
        Legend(kind, resource.title, resource.description, [
            (name, resource.label_of(name), column.is_key)
            for name, column in resource.columns.items()
            if not column.may_lack
        ])
        for kind, resource in RESOURCES.items()
    ]  # fmt: skip
