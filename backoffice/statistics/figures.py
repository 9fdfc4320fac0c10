"""What the statistics of a period say, read in four queries from the daily tables."""

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

MOST_PROCEDURES = 20
BATCH = 2000


class End(models.TextChoices):
    """What became of an access, in the order in which charts stack it."""

    CONSULTATION = "consultation", _("Consulta")
    DOCUMENT = "document", _("Documento")
    NOTHING = "nothing", _("Sin datos")
    FAILED = "failed", _("Fallido")
    LEFT = "left", _("Abandonado")
    UNDER_WAY = "under_way", _("Sin terminar")


def end_of(state: str, outcome: str) -> End:
    """What an access in this state counts as."""
    match state:
        case State.DONE:
            return {Outcome.DOCUMENT: End.DOCUMENT, Outcome.NOTHING: End.NOTHING}.get(
                Outcome(outcome), End.CONSULTATION
            )
        case State.FAILED:
            return End.FAILED
        case State.EXPIRED | State.DISCARDED:
            return End.LEFT
    return End.UNDER_WAY


@dataclass(frozen=True)
class Scope:
    """The days from ``first`` to ``last``, of one body (its slug) or all, of one of its procedures or all."""

    first: date
    last: date
    entity: str = ""
    procedure: str = ""

    def of[M: models.Model](self, rows: "models.QuerySet[M]") -> "models.QuerySet[M]":
        """The rows of a daily table that belong here."""
        chosen: dict[str, Any] = {"day__gte": self.first, "day__lte": self.last}
        if self.entity:
            chosen["entity"] = self.entity
        if self.procedure:
            chosen["procedure"] = self.procedure
        return rows.filter(**chosen).order_by()


@dataclass
class Figures:
    """A period, added up; ``reached`` counts who came exactly so far, ``failures`` the causes."""

    by_day: dict[date, Counter[End]] = field(default_factory=lambda: defaultdict(Counter))
    by_method: dict[str, Counter[End]] = field(default_factory=lambda: defaultdict(Counter))
    by_entity: dict[str, Counter[End]] = field(default_factory=lambda: defaultdict(Counter))
    by_procedure: dict[tuple[str, str], Counter[End]] = field(default_factory=lambda: defaultdict(Counter))
    ends: Counter[End] = field(default_factory=Counter)
    reached: Counter[Reached] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    steps: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    bodies: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    sends: int = 0
    with_sms: int = 0

    @property
    def total(self) -> int:
        return self.ends.total()


def figures(scope: Scope) -> Figures:
    """Everything that a page or an export of this scope tells."""
    found = Figures()
    _read_accesses(found, scope)
    _read_bodies(found, scope)
    _read_procedures(found, scope)
    _read_times(found, scope)
    return found


def _accesses(scope: Scope) -> "models.QuerySet[Any]":
    return scope.of((DailyAccessesOfProcedure if scope.procedure else DailyAccesses)._default_manager.all())


def _read_accesses(found: Figures, scope: Scope) -> None:
    rows = _accesses(scope).values_list("day", "method", "state", "outcome", "failure", "reached")
    for day, method, state, outcome, failure, reached, count, sends in rows.annotate(Sum("count"), Sum("sends")):
        end = end_of(state, outcome)
        found.by_day[day][end] += count
        found.by_method[method][end] += count
        found.ends[end] += count
        found.reached[Reached(reached)] += count
        found.sends += sends
        if failure:
            found.failures[failure] += count
        if method == Method.SMS and reached >= Reached.PIN and sends:
            found.with_sms += count


def _read_bodies(found: Figures, scope: Scope) -> None:
    for slug, state, outcome, count in (
        _accesses(scope).values_list("entity", "state", "outcome").annotate(Sum("count"))
    ):
        found.by_entity[slug][end_of(state, outcome)] += count


def _read_procedures(found: Figures, scope: Scope) -> None:
    """The most used, most used first."""
    rows = scope.of(DailyAccessesOfProcedure.objects.all())
    most = rows.values_list("entity", "procedure").annotate(total=Sum("count")).order_by("-total")
    codes = [(entity, procedure) for entity, procedure, _total in most[:MOST_PROCEDURES]]
    for code in codes:
        found.by_procedure[code] = Counter()
    these = rows.filter(entity__in={code[0] for code in codes}, procedure__in={code[1] for code in codes})
    for entity, procedure, state, outcome, count in these.values_list(
        "entity", "procedure", "state", "outcome"
    ).annotate(Sum("count")):
        if (entity, procedure) in found.by_procedure:
            found.by_procedure[entity, procedure][end_of(state, outcome)] += count


def _read_times(found: Figures, scope: Scope) -> None:
    model = DailyTimesOfProcedure if scope.procedure else DailyTimes
    rows = scope.of(model._default_manager.all()).values_list("entity", "step", "counts")
    for entity, step, counts in rows.iterator(BATCH):
        added = {int(bucket): count for bucket, count in counts.items()}
        found.steps[step].update(added)
        if step == TimedStep.BODY:
            found.bodies[entity].update(added)
