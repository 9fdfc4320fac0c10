"""The tables of the dashboard that tell of a period: each made of the same figures, each shown and exported."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accesses.failures import Failure
from backoffice.dashboard import charts
from backoffice.dashboard.charts import Columns
from backoffice.dashboard.tables import Row, Table
from backoffice.models import Reached, TimedStep
from backoffice.statistics.figures import End, Figures, Scope
from backoffice.statistics.histograms import quantile
from clave.models import Method

MOST_COLUMNS = 92
"""A longer period is charted by weeks."""
SLOWEST = 0.95
NOT_FINISHED = (End.LEFT, End.UNDER_WAY)


def days(found: Figures, scope: Scope) -> Table:
    rows = [Row((day, *_of_ends(found.by_day.get(day, Counter())))) for day in _days(scope)]
    return Table("dias", _("Accesos por día"), (_("Día"), _("Accesos"), *(end.label for end in End)), rows)


def chart_of_days(found: Figures, scope: Scope) -> Columns:
    """A bar a day, or a week if there are many."""
    every = 7 if (scope.last - scope.first).days >= MOST_COLUMNS else 1
    all_days = list(_days(scope))
    made = []
    for start in range(0, len(all_days), every):
        chunk = all_days[start : start + every]
        counts: Counter[End] = sum((found.by_day.get(day, Counter()) for day in chunk), Counter())
        label = date_format(chunk[0], "j M")
        parts = ", ".join(f"{end.label.lower()}: {counts[end]}" for end in End if counts[end])
        amount = ngettext("%(count)d acceso", "%(count)d accesos", counts.total()) % {"count": counts.total()}
        made.append((label, f"{label}: {amount}{f' ({parts})' if parts else ''}", counts))
    return charts.columns(made)


def _days(scope: Scope) -> list[date]:
    return [scope.first + timedelta(days=number) for number in range((scope.last - scope.first).days + 1)]


def _of_ends(counts: Mapping[End, int]) -> tuple[int, ...]:
    return sum(counts.values()), *(counts.get(end, 0) for end in End)


def methods(found: Figures) -> Table:
    names = {**{method.value: str(method.label) for method in Method}, "": _("Sin elegir")}
    named = [(names.get(key, key), counts, "") for key, counts in found.by_method.items()]
    return _by_end("metodos", _("Por forma de identificarse"), _("Forma"), named)


def ends(found: Figures) -> Table:
    longest = max(found.ends.values(), default=0)
    rows = [
        Row(
            (end.label, found.ends[end], _percent(found.ends[end], found.total)),
            charts.bar({end: found.ends[end]}, longest),
        )
        for end in End
    ]
    return Table("resultados", _("En qué acaban"), (_("Resultado"), _("Accesos"), "%"), rows, drawn=_("Parte"))


def entities(found: Figures, names: Mapping[str, str], period: Mapping[str, str]) -> Table:
    named = [
        (names.get(slug, slug), counts, urlencode({**period, "entity": slug}))
        for slug, counts in found.by_entity.items()
    ]
    return _by_end("organismos", _("Por organismo"), _("Organismo"), named)


def procedures(found: Figures, period: Mapping[str, str]) -> Table:
    named = [
        (code, counts, urlencode({**period, "procedure": code}))
        for code, counts in (("/".join(slugs), counts) for slugs, counts in found.by_procedure.items())
    ]
    return _by_end("tramites", _("Los trámites más usados"), _("Trámite"), named)


def _by_end(key: str, title: str, what: str, counted: Iterable[tuple[str, Counter[End], str]]) -> Table:
    """The most used first; ``counted`` gives name, counts, and what to ask for to see it alone."""
    ordered = sorted(counted, key=lambda one: (-one[1].total(), one[0]))
    longest = max((counts.total() for _name, counts, _query in ordered), default=0)
    rows = []
    for name, counts, query in ordered:
        unfinished = sum(counts[end] for end in NOT_FINISHED)
        finished = counts.total() - counts[End.FAILED] - unfinished
        cells = (name, counts.total(), finished, counts[End.FAILED], unfinished)
        rows.append(Row(cells, charts.bar(counts, longest), query))
    columns = (what, _("Accesos"), _("Con resultado"), _("Fallidos"), _("Sin acabar"))
    return Table(key, title, columns, rows, drawn=_("En qué acaban"))


def funnel(found: Figures) -> Table:
    """How many came to each step, and how many went no further."""
    came = {step: sum(found.reached[other] for other in Reached if other >= step) for step in Reached}
    rows = [
        Row(
            (
                step.label,
                came[step],
                _percent(came[step], found.total),
                came[step] - came[Reached(step + 1)] if step != Reached.RESULT else None,
            ),
            charts.plain_bar(came[step], found.total),
        )
        for step in Reached
    ]
    note = _("Quien está a medias cuenta en el paso al que ha llegado.")
    columns = (_("Paso"), _("Llegan"), "%", _("No siguen"))
    return Table("pasos", _("Dónde se queda la gente"), columns, rows, note=note, drawn=_("Llegan"))


def failures(found: Figures) -> Table:
    longest = max(found.failures.values(), default=0)
    rows = [
        Row((cause(key), count, _percent(count, found.ends[End.FAILED])), charts.plain_bar(count, longest))
        for key, count in found.failures.most_common()
    ]
    title, columns = _("Fallos por causa"), (_("Causa"), _("Accesos"), "%")
    return Table("fallos", title, columns, rows, drawn=_("Parte"), empty=_("No ha fallado ninguno."))


def cause(failure: str) -> str:
    """A failure in a few words."""
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


def steps(found: Figures) -> Table:
    timed = [(str(step.label), found.steps.get(step.value, Counter())) for step in TimedStep]
    return _times("tiempos", _("Cuánto tarda cada paso"), _("Paso"), timed)


def bodies(found: Figures, names: Mapping[str, str]) -> Table:
    """The slowest first."""
    slowest = sorted(found.bodies.items(), key=lambda pair: -(quantile(pair[1], SLOWEST) or 0))
    timed = [(names.get(slug, slug), counts) for slug, counts in slowest]
    return _times("organismos-tiempos", _("Cuánto tarda cada organismo"), _("Organismo"), timed)


def _times(key: str, title: str, what: str, timed: Iterable[tuple[str, Counter[int]]]) -> Table:
    rows = []
    for name, counts in timed:
        p50, p95 = quantile(counts, 0.5), quantile(counts, SLOWEST)
        drawn = charts.marks(p50, p95) if p50 is not None and p95 is not None else None
        rows.append(Row((name, counts.total(), _seconds(p50), _seconds(p95)), drawn))
    note = _("La mitad tarda como mucho lo primero; 95 de cada 100, lo segundo. Medido con un error de un 10 %.")
    columns = (what, _("Veces"), _("La mitad (s)"), _("95 de 100 (s)"))
    return Table(key, title, columns, rows, note=note, drawn=_("De 0,1 s a 30 min"), empty=_("Todavía no hay tiempos."))


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 1)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
