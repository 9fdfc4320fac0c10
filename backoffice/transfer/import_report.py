"""What the page of an import shows: how many rows of each status, a page of them, and what the columns mean."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from backoffice.models import ImportRow, ImportRun
from foundation.pages import Text
from procedures.transfer.plan import Status
from procedures.transfer.resources import RESOURCES

ROWS_PER_PAGE = 50
STATUS_PLURALS: dict[str, Text] = {
    Status.WRONG: _("Con errores"),
    Status.NEW: _("Nuevas"),
    Status.CHANGED: _("Cambiadas"),
    Status.REMOVED: _("Quitadas"),
    Status.UNCHANGED: _("Sin cambios"),
}
STATUS_LABELS: dict[str, Text] = {
    Status.WRONG: _("error"),
    Status.NEW: _("nueva"),
    Status.CHANGED: _("cambia"),
    Status.REMOVED: _("se quita"),
    Status.UNCHANGED: _("igual"),
}


@dataclass(frozen=True)
class FilterLink:
    """A link that filters the rows; an empty ``value`` shows all."""

    value: str
    label: Text
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class ReportRow:
    row: ImportRow
    status: Text
    sheet: Text
    fields: list[tuple[str, str, str]]
    problems: list[tuple[str, str]]


@dataclass(frozen=True)
class SheetLegend:
    """A kind of sheet with its columns: name, meaning, whether it identifies the row."""

    name: str
    title: Text
    description: Text
    columns: list[tuple[str, str, bool]]


def import_report(run: ImportRun, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the page: filters by status and by sheet, and a page of the rows that match them."""
    counted = run.rows.order_by().values_list("status", "kind").annotate(Count("pk"))
    counts = {(status, kind): count for status, kind, count in counted}
    status, kind = query.get("estado", ""), query.get("hoja", "")
    status = status if status in STATUS_PLURALS else ""
    kind = kind if kind in RESOURCES else ""
    filters = {name: value for name, value in (("status", status), ("kind", kind)) if value}
    paginator = Paginator(run.rows.filter(**filters), ROWS_PER_PAGE)
    paginator.count = sum(count for (of, among), count in counts.items() if status in ("", of) and kind in ("", among))
    page = paginator.get_page(query.get("p"))
    titles = {name: resource.title for name, resource in RESOURCES.items()}
    return {
        "statuses": _links("estado", status, STATUS_PLURALS, _sum_by(counts, 0), f"&hoja={kind}" if kind else ""),
        "sheets": _links("hoja", kind, titles, _sum_by(counts, 1), f"&estado={status}" if status else ""),
        "page": page,
        "page_range": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "page_query": f"&estado={status}&hoja={kind}",
        "rows": _report_rows(page),
    }


def _sum_by(counts: Mapping[tuple[str, str], int], part: int) -> dict[str, int]:
    """Add up counts by one part of their keys."""
    sums = Counter[str]()
    for key, count in counts.items():
        sums[key[part]] += count
    return sums


def _links(
    name: str, chosen: str, labels: Mapping[str, Text], counts: Mapping[str, int], other_filter: str
) -> list[FilterLink]:
    everything = FilterLink("", _("Todas"), sum(counts.values()), not chosen, f"?{other_filter.lstrip('&')}")
    return [everything] + [
        FilterLink(value, label, counts[value], value == chosen, f"?{name}={value}{other_filter}")
        for value, label in labels.items()
        if counts.get(value)
    ]


def _report_rows(page: Page[ImportRow]) -> list[ReportRow]:
    rows = []
    for row in page:
        resource = RESOURCES[row.kind]
        fields = [(resource.label_of(column), old, new) for column, old, new in row.fields]
        problems = [(problem["column"], problem["sentence"]) for problem in row.problems]
        rows.append(ReportRow(row, STATUS_LABELS[row.status], resource.title, fields, problems))
    return rows


def sheet_legends() -> list[SheetLegend]:
    """Describe the sheets and their columns; of translated columns only the Spanish one."""
    legends = []
    for kind, resource in RESOURCES.items():
        columns = [
            (name, resource.label_of(name), column.is_key)
            for name, column in resource.columns.items()
            if not column.is_translation
        ]
        legends.append(SheetLegend(kind, resource.title, resource.description, columns))
    return legends
