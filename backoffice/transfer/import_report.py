"""What the page of an import shows: how many rows of each status, a page of them, and what the columns mean."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
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
class ReportProblem:
    """What is wrong with a cell; ``label`` names its column in words, where the column is known."""

    column: str
    label: str
    sentence: str


@dataclass(frozen=True)
class ReportRow:
    row: ImportRow
    status: Text
    sheet: Text
    fields: list[tuple[str, str, str]]
    problems: list[ReportProblem]


@dataclass(frozen=True)
class SheetLegend:
    """A kind of sheet with its columns: name, meaning, whether it identifies the row."""

    name: str
    title: Text
    description: Text
    columns: list[tuple[str, str, bool]]


def import_report(run: ImportRun, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the page: filters by status and by sheet, and a page of the rows that match them.

    Without a status these are errors and changes; what stays as it is has to be asked for.
    """
    counted = run.rows.order_by().values_list("status", "kind").annotate(Count("pk"))
    counts = {(status, kind): count for status, kind, count in counted}
    status, kind = query.get("estado", ""), query.get("hoja", "")
    status = status if status in STATUS_PLURALS else ""
    kind = kind if kind in RESOURCES else ""
    shown = [status] if status else [one for one in STATUS_PLURALS if one != Status.UNCHANGED]
    among = _sum_by(counts, 1, shown)
    paginator = Paginator(run.rows.filter(status__in=shown, **({"kind": kind} if kind else {})), ROWS_PER_PAGE)
    paginator.count = among[kind] if kind else sum(among.values())
    page = paginator.get_page(query.get("p"))
    by_status = _sum_by(counts, 0, list(STATUS_PLURALS))
    return {
        "wrong": by_status[Status.WRONG],
        "unchanged": 0 if status else by_status[Status.UNCHANGED],
        "statuses": _status_links(status, by_status, f"&hoja={kind}" if kind else ""),
        "sheets": _sheet_links(kind, among, f"&estado={status}" if status else ""),
        "page": page,
        "page_range": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "page_query": f"&estado={status}&hoja={kind}",
        "rows": [_report_row(row) for row in page],
    }


def row_errors(run: ImportRun) -> dict[tuple[str, int], str]:
    """Return what is wrong with each row of the file, in words, by kind and number."""
    wrong = defaultdict[tuple[str, int], list[str]](list)
    for row in run.rows.filter(status=Status.WRONG):
        wrong[row.kind, row.number] += [
            ": ".join(filter(None, (problem.label or problem.column, problem.sentence))) for problem in _problems(row)
        ]
    return {place: "\n".join(sentences) for place, sentences in wrong.items()}


def _sum_by(counts: Mapping[tuple[str, str], int], part: int, statuses: Sequence[str]) -> Counter[str]:
    """Add up the counts of these statuses by one part of their keys."""
    sums = Counter[str]()
    for key, count in counts.items():
        if key[0] in statuses:
            sums[key[part]] += count
    return sums


def _status_links(chosen: str, counts: Mapping[str, int], sheet: str) -> list[FilterLink]:
    label = _("Errores y cambios") if counts[Status.WRONG] else _("Cambios")
    news = sum(counts.values()) - counts[Status.UNCHANGED]
    return [FilterLink("", label, news, not chosen, f"?{sheet.lstrip('&')}")] + [
        FilterLink(value, label, counts[value], value == chosen, f"?estado={value}{sheet}")
        for value, label in STATUS_PLURALS.items()
        if counts[value]
    ]


def _sheet_links(chosen: str, counts: Mapping[str, int], status: str) -> list[FilterLink]:
    return [FilterLink("", _("Todas las hojas"), sum(counts.values()), not chosen, f"?{status.lstrip('&')}")] + [
        FilterLink(kind, resource.title, counts[kind], kind == chosen, f"?hoja={kind}{status}")
        for kind, resource in RESOURCES.items()
        if counts.get(kind)
    ]


def _report_row(row: ImportRow) -> ReportRow:
    resource = RESOURCES[row.kind]
    fields = [(resource.label_of(column), old, new) for column, old, new in row.fields]
    return ReportRow(row, STATUS_LABELS[row.status], resource.title, fields, _problems(row))


def _problems(row: ImportRow) -> list[ReportProblem]:
    resource = RESOURCES[row.kind]
    found = [(problem["column"], problem["sentence"]) for problem in row.problems]
    return [
        ReportProblem(column, resource.label_of(column) if column in resource.columns else "", sentence)
        for column, sentence in found
    ]


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
