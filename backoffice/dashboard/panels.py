"""The tables of the dashboard that describe a period; each is shown, and exported as CSV."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accesses.failures import Failure
from backoffice.dashboard import charts
from backoffice.dashboard.tables import Row, Table, Text
from backoffice.models import Reached, TimedStep
from backoffice.statistics.figures import Ending, EndingCounts, Figures, Scope
from backoffice.statistics.histograms import quantile
from clave.models import Method

MAX_COLUMNS = 92
"""A longer period is charted by weeks."""
SLOWEST = 0.95


def by_day(figures: Figures, scope: Scope) -> Table:
    counted = [(day, figures.by_day.get(day, EndingCounts())) for day in _days(scope)]
    rows = [Row((day, counts.total(), *(counts[ending] for ending in Ending))) for day, counts in counted]
    columns: tuple[Text, ...] = (_("Día"), _("Accesos"), *(ending.label for ending in Ending))
    return Table("dias", _("Accesos por día"), columns, rows)


def days_chart(figures: Figures, scope: Scope) -> charts.DaysChart:
    days_per_column = 7 if (scope.last - scope.first).days >= MAX_COLUMNS else 1
    days = list(_days(scope))
    columns = []
    for start in range(0, len(days), days_per_column):
        counts = EndingCounts()
        for day in days[start : start + days_per_column]:
            counts.update(figures.by_day.get(day, EndingCounts()))
        label = date_format(days[start], "j M")
        columns.append((label, f"{label}: {_in_words(counts)}", counts))
    return charts.days_chart(columns)


def _in_words(counts: EndingCounts) -> str:
    amount = ngettext("%(count)d acceso", "%(count)d accesos", counts.total()) % {"count": counts.total()}
    parts = ", ".join(f"{ending.label.lower()}: {counts[ending]}" for ending in Ending if counts[ending])
    return f"{amount} ({parts})" if parts else amount


def _days(scope: Scope) -> list[date]:
    return [scope.first + timedelta(days=number) for number in range((scope.last - scope.first).days + 1)]


def by_method(figures: Figures) -> Table:
    named = [(_method_name(key), counts, "") for key, counts in figures.by_method.items()]
    return _by_ending("metodos", _("Por forma de identificarse"), _("Forma"), named)


def by_ending(figures: Figures) -> Table:
    longest = max(figures.endings.values(), default=0)
    rows = []
    for ending in Ending:
        count = figures.endings[ending]
        cells = (ending.label, count, _percent(count, figures.total))
        rows.append(Row(cells, charts.stacked_bar({ending: count}, longest)))
    columns = (_("Resultado"), _("Accesos"), "%")
    return Table("resultados", _("En qué acaban"), columns, rows, chart_title=_("Parte"))


def by_entity(figures: Figures, names: Mapping[str, str], period: Mapping[str, str]) -> Table:
    named = [
        (names.get(slug, slug), counts, urlencode({**period, "entity": slug}))
        for slug, counts in figures.by_entity.items()
    ]
    return _by_ending("organismos", _("Por organismo"), _("Organismo"), named)


def by_procedure(figures: Figures, period: Mapping[str, str]) -> Table:
    coded = [("/".join(slugs), counts) for slugs, counts in figures.by_procedure.items()]
    named = [(code, counts, urlencode({**period, "procedure": code})) for code, counts in coded]
    return _by_ending("tramites", _("Los trámites más usados"), _("Trámite"), named)


def _by_ending(key: str, title: str, what: str, named: Iterable[tuple[str, EndingCounts, str]]) -> Table:
    """Tabulate names with their counts and the query that narrows the dashboard down to them, most used first."""
    ordered = sorted(named, key=lambda one: (-one[1].total(), one[0]))
    longest = max((counts.total() for _name, counts, _query in ordered), default=0)
    rows = []
    for name, counts, query in ordered:
        cells = (name, counts.total(), counts.successful, counts.failed, counts.unfinished)
        rows.append(Row(cells, charts.stacked_bar(counts, longest), query))
    columns = (what, _("Accesos"), _("Con resultado"), _("Fallidos"), _("Sin acabar"))
    return Table(key, title, columns, rows, chart_title=_("En qué acaban"))


def funnel(figures: Figures) -> Table:
    """Tabulate how many people reached each step, and how many went no further."""
    reached = {step: sum(figures.reached[other] for other in Reached if other >= step) for step in Reached}
    rows = []
    for step in Reached:
        stayed = reached[step] - reached[Reached(step + 1)] if step != Reached.RESULT else None
        cells = (step.label, reached[step], _percent(reached[step], figures.total), stayed)
        rows.append(Row(cells, charts.plain_bar(reached[step], figures.total)))
    note = _("Quien está a medias cuenta en el paso al que ha llegado.")
    columns = (_("Paso"), _("Llegan"), "%", _("No siguen"))
    return Table("pasos", _("Dónde se queda la gente"), columns, rows, note=note, chart_title=_("Llegan"))


def given_up(figures: Figures) -> Table:
    """Tabulate at which step people gave up, by the method that they had chosen, most often first."""
    counted = [(method, step, count) for method, steps in figures.left_at.items() for step, count in steps.items()]
    longest = max((count for *_where, count in counted), default=0)
    total = sum(count for *_where, count in counted)
    rows = [
        Row((_method_name(method), step.label, count, _percent(count, total)), charts.plain_bar(count, longest))
        for method, step, count in sorted(counted, key=lambda one: (-one[2], one[0], one[1]))
    ]
    note = _(
        "Solo lo abandonado: lo que está a medias todavía puede acabar bien. El paso es el último al que llegaron."
    )
    columns = (_("Forma"), _("Último paso"), _("Abandonan"), "%")
    title, empty = _("Dónde se abandona, por forma y paso"), _("No se ha abandonado ninguno.")
    return Table("abandonos", title, columns, rows, note=note, chart_title=_("Parte"), empty=empty)


def _method_name(key: str) -> str:
    names = {**{method.value: str(method.label) for method in Method}, "": _("Sin elegir")}
    return names.get(key, key)


def by_failure(figures: Figures) -> Table:
    longest = max(figures.failures.values(), default=0)
    rows = [
        Row((_cause(key), count, _percent(count, figures.endings.failed)), charts.plain_bar(count, longest))
        for key, count in figures.failures.most_common()
    ]
    title, columns = _("Fallos por causa"), (_("Causa"), _("Accesos"), "%")
    return Table("fallos", title, columns, rows, chart_title=_("Parte"), empty=_("No ha fallado ninguno."))


def _cause(failure: str) -> str:
    causes: dict[str, str] = {
        Failure.AWAY: _("El organismo no responde"),
        Failure.UNKNOWN: _("Se cortó sin saber si se hizo"),
        Failure.REFUSED: _("El organismo dice que no puede darlo"),
        Failure.LEVEL: _("Hace falta un registro avanzado"),
        Failure.TOO_LONG: _("El organismo tarda demasiado"),
        Failure.NOT_A_DOCUMENT: _("Lo recibido no es un documento"),
        Failure.NOT_STORED: _("No se pudo guardar el documento"),
        Failure.QUOTA_EXCEEDED: _("No caben más documentos"),
        Failure.LOST: _("Los datos no se pueden leer"),
    }
    return causes.get(failure, failure)


def step_times(figures: Figures) -> Table:
    timed = [(str(step.label), figures.step_times.get(step.value, Counter())) for step in TimedStep]
    return _times("tiempos", _("Cuánto tarda cada paso"), _("Paso"), timed)


def entity_times(figures: Figures, names: Mapping[str, str]) -> Table:
    """Tabulate the time that each public body takes, slowest first."""
    slowest = sorted(figures.entity_times.items(), key=lambda pair: -(quantile(pair[1], SLOWEST) or 0))
    timed = [(names.get(slug, slug), counts) for slug, counts in slowest]
    return _times("organismos-tiempos", _("Cuánto tarda cada organismo"), _("Organismo"), timed)


def _times(key: str, title: str, what: str, timed: Iterable[tuple[str, Counter[int]]]) -> Table:
    rows = []
    for name, counts in timed:
        p50, p95 = quantile(counts, 0.5), quantile(counts, SLOWEST)
        chart = charts.time_range(p50, p95) if p50 is not None and p95 is not None else None
        rows.append(Row((name, counts.total(), _seconds(p50), _seconds(p95)), chart))
    note = _("La mitad tarda como mucho lo primero; 95 de cada 100, lo segundo. Medido con un error de un 10 %.")
    columns = (what, _("Veces"), _("La mitad (s)"), _("95 de 100 (s)"))
    axis, empty = _("De 0,1 s a 30 min"), _("Todavía no hay tiempos.")
    return Table(key, title, columns, rows, note=note, chart_title=axis, empty=empty)


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 1)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
