"""The figures of a period, read from the daily statistics in a few queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accesses.models import Outcome, State
from backoffice.models import (
    DailyAccesses,
    DailyAccessesOfProcedure,
    DailyTimes,
    DailyTimesOfProcedure,
    Reached,
    TimedStep,
)
from clave.models import Method

MAX_PROCEDURES = 20
BATCH_SIZE = 2000


class Ending(models.TextChoices):
    """How an access ended, in the order in which charts stack the parts."""

    CONSULTATION = "consultation", _("Consulta")
    DOCUMENT = "document", _("Documento")
    NOTHING = "nothing", _("Sin datos")
    FAILED = "failed", _("Fallido")
    LEFT = "left", _("Abandonado")
    UNDER_WAY = "under_way", _("Sin terminar")


UNFINISHED = (Ending.LEFT, Ending.UNDER_WAY)


def ending_of(state: str, outcome: str) -> Ending:
    match state:
        case State.DONE:
            known = {Outcome.DOCUMENT: Ending.DOCUMENT, Outcome.NOTHING: Ending.NOTHING}
            return known.get(Outcome(outcome), Ending.CONSULTATION)
        case State.FAILED:
            return Ending.FAILED
        case State.EXPIRED | State.DISCARDED:
            return Ending.LEFT
    return Ending.UNDER_WAY


class EndingCounts(Counter[Ending]):
    @property
    def failed(self) -> int:
        return self[Ending.FAILED]

    @property
    def unfinished(self) -> int:
        return sum(self[ending] for ending in UNFINISHED)

    @property
    def successful(self) -> int:
        return self.total() - self.failed - self.unfinished


@dataclass(frozen=True)
class Scope:
    """The days from ``first`` to ``last``, of one public body and one of its procedures (slugs), or of all (``""``)."""

    first: date
    last: date
    entity: str = ""
    procedure: str = ""

    def filter(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        """Return the rows of a daily table that are in scope."""
        chosen = {"entity": self.entity, "procedure": self.procedure}
        in_scope = {name: slug for name, slug in chosen.items() if slug}
        return rows.filter(day__gte=self.first, day__lte=self.last, **in_scope).order_by()


@dataclass
class Figures:
    """The totals of a period; ``reached`` counts by the last step reached, ``failures`` by cause.

    ``left_at`` counts the abandoned ones by the method chosen (``""``: none) and the last step reached.

    ``step_times`` and ``entity_times`` are histograms, the latter of the time that each public body takes.
    """

    by_day: dict[date, EndingCounts] = field(default_factory=lambda: defaultdict(EndingCounts))
    by_method: dict[str, EndingCounts] = field(default_factory=lambda: defaultdict(EndingCounts))
    by_entity: dict[str, EndingCounts] = field(default_factory=lambda: defaultdict(EndingCounts))
    by_procedure: dict[tuple[str, str], EndingCounts] = field(default_factory=lambda: defaultdict(EndingCounts))
    endings: EndingCounts = field(default_factory=EndingCounts)
    reached: Counter[Reached] = field(default_factory=Counter)
    left_at: dict[str, Counter[Reached]] = field(default_factory=lambda: defaultdict(Counter))
    failures: Counter[str] = field(default_factory=Counter)
    step_times: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    entity_times: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    sends: int = 0
    with_sms: int = 0

    @property
    def total(self) -> int:
        return self.endings.total()


def read_figures(scope: Scope) -> Figures:
    """Return everything that the dashboard and its exports show of a scope."""
    figures = Figures()
    _read_accesses(figures, scope)
    _read_entities(figures, scope)
    _read_procedures(figures, scope)
    _read_times(figures, scope)
    return figures


def _accesses(scope: Scope) -> "models.QuerySet[Any]":
    return scope.filter((DailyAccessesOfProcedure if scope.procedure else DailyAccesses)._default_manager.all())


def _read_accesses(figures: Figures, scope: Scope) -> None:
    rows = _accesses(scope).values_list("day", "method", "state", "outcome", "failure", "reached")
    for day, method, state, outcome, failure, reached, count, sends in rows.annotate(Sum("count"), Sum("sends")):
        ending = ending_of(state, outcome)
        figures.by_day[day][ending] += count
        figures.by_method[method][ending] += count
        figures.endings[ending] += count
        figures.reached[Reached(reached)] += count
        figures.sends += sends
        if ending == Ending.LEFT:
            figures.left_at[method][Reached(reached)] += count
        if failure:
            figures.failures[failure] += count
        if method == Method.SMS and reached >= Reached.PIN and sends:
            figures.with_sms += count


def _read_entities(figures: Figures, scope: Scope) -> None:
    rows = _accesses(scope).values_list("entity", "state", "outcome").annotate(Sum("count"))
    for slug, state, outcome, count in rows:
        figures.by_entity[slug][ending_of(state, outcome)] += count


def _read_procedures(figures: Figures, scope: Scope) -> None:
    """Read the most used procedures, most used first."""
    rows = scope.filter(DailyAccessesOfProcedure.objects.all())
    ranked = rows.values_list("entity", "procedure").annotate(total=Sum("count")).order_by("-total")
    codes = [(entity, procedure) for entity, procedure, _total in ranked[:MAX_PROCEDURES]]
    for code in codes:
        figures.by_procedure[code] = EndingCounts()
    candidates = rows.filter(entity__in={code[0] for code in codes}, procedure__in={code[1] for code in codes})
    counted = candidates.values_list("entity", "procedure", "state", "outcome").annotate(Sum("count"))
    for entity, procedure, state, outcome, count in counted:
        if (entity, procedure) in figures.by_procedure:
            figures.by_procedure[entity, procedure][ending_of(state, outcome)] += count


def _read_times(figures: Figures, scope: Scope) -> None:
    model = DailyTimesOfProcedure if scope.procedure else DailyTimes
    rows = scope.filter(model._default_manager.all()).values_list("entity", "step", "counts")
    for entity, step, counts in rows.iterator(BATCH_SIZE):
        by_bucket = {int(bucket): count for bucket, count in counts.items()}
        figures.step_times[step].update(by_bucket)
        if step == TimedStep.BODY:
            figures.entity_times[entity].update(by_bucket)
