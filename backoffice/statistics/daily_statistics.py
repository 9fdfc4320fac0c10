"""Counting a day: its accesses, read once, become the rows of its statistics.

A day is counted whole each time, and its rows replaced in one transaction, until it stands: nothing is counted twice,
whatever runs at once or is run again, and a day that was missed is made up for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accesses.models import Access, State
from backoffice.models import (
    CountedDay,
    DailyAccesses,
    DailyAccessesOfProcedure,
    DailyTimes,
    DailyTimesOfProcedure,
    Reached,
    StoredDocuments,
    TimedStep,
)
from backoffice.statistics.days import A_DAY, BACK, settled_at, start_of, today
from backoffice.statistics.histograms import bucket
from clave.models import State as Checked
from clave.models import Validation
from documents.models import Document
from procedures.models import ProcedureVersion

BATCH = 1000
PURPOSE = "access:"


@dataclass
class _Identified:
    """What the validations of one access tell of it, together."""

    began_at: datetime
    method: str = ""
    reached: Reached = Reached.USER
    sends: int = 0
    tries: int = 0


class _Access(NamedTuple):
    """What is read of an access, by these names."""

    pk: UUID
    version_id: int
    user_id: UUID | None
    state: str
    outcome: str
    failure: str
    created_at: datetime
    queued_at: datetime | None
    finished_at: datetime | None


class _Same(NamedTuple):
    """What the accesses have in common that are counted in one row."""

    entity: str
    procedure: str
    method: str
    state: str
    outcome: str
    failure: str
    reached: int


class _Took(NamedTuple):
    """What is timed together."""

    entity: str
    procedure: str
    step: str


@dataclass
class _Day:
    """A day, added up."""

    counts: Counter[_Same] = field(default_factory=Counter)
    sends: Counter[_Same] = field(default_factory=Counter)
    tries: Counter[_Same] = field(default_factory=Counter)
    times: dict[_Took, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))


def aggregate_daily_statistics(most: int = 10) -> int:
    """Count the days that can still change, the latest first, and those that were missed; answers how many."""
    return sum(count_day(day) for day in _to_count()[:most])


def _to_count() -> list[date]:
    first, last = today() - BACK, today()
    counted = dict(CountedDay.objects.filter(day__gte=first).values_list("day", "counted_at"))
    days = [last - number * A_DAY for number in range((last - first).days + 1)]
    return [day for day in days if (at := counted.get(day)) is None or at < settled_at(day)]


def count_day(day: date) -> bool:
    """Count one day; False when somebody did so later than this began to read."""
    moment = timezone.now()
    found = _add_up(day)
    CountedDay.objects.get_or_create(day=day)
    with transaction.atomic():
        older = CountedDay.objects.filter(Q(counted_at=None) | Q(counted_at__lt=moment), day=day)
        if not older.update(counted_at=moment):  # the row stays locked until the others are written
            return False
        _replace(day, found)
    return True


def _replace(day: date, found: _Day) -> None:
    counts, sends, tries = (_by_body(counted) for counted in (found.counts, found.sends, found.tries))
    bodies = (
        DailyAccesses(day=day, count=count, sends=sends[same], tries=tries[same], **_without_procedure(same))
        for same, count in counts.items()
    )
    procedures = (
        DailyAccessesOfProcedure(
            day=day, count=count, sends=found.sends[same], tries=found.tries[same], **same._asdict()
        )
        for same, count in found.counts.items()
    )
    times: dict[_Took, Counter[int]] = defaultdict(Counter)
    for took, buckets in found.times.items():
        times[took._replace(procedure="")].update(buckets)
    _write(DailyAccesses, day, bodies)
    _write(DailyAccessesOfProcedure, day, procedures)
    _write(DailyTimes, day, (DailyTimes(day=day, counts=took, **_without_procedure(of)) for of, took in times.items()))
    _write(
        DailyTimesOfProcedure,
        day,
        (DailyTimesOfProcedure(day=day, counts=took, **of._asdict()) for of, took in found.times.items()),
    )


def _by_body(counts: Counter[_Same]) -> Counter[_Same]:
    added: Counter[_Same] = Counter()
    for one, count in counts.items():
        added[one._replace(procedure="")] += count
    return added


def _without_procedure(one: _Same | _Took) -> dict[str, str | int]:
    return {name: value for name, value in one._asdict().items() if name != "procedure"}


def _write[M: models.Model](model: type[M], day: date, rows: Iterable[M]) -> None:
    model._default_manager.filter(day=day).delete()
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _add_up(day: date) -> _Day:
    begin, end = start_of(day), start_of(day + A_DAY)
    identified = _identified(begin, end + settings.ACCESS_LIFETIME)
    codes = _codes()
    found = _Day()
    rows = Access.objects.filter(created_at__gte=begin, created_at__lt=end).values_list(*_Access._fields)
    for access in map(_Access._make, rows.iterator(BATCH)):
        entity, procedure = codes[access.version_id]
        known = identified.get(str(access.pk))
        same = _Same(
            entity,
            procedure,
            known.method if known else "",
            access.state,
            access.outcome,
            access.failure,
            _reached(access, known),
        )
        found.counts[same] += 1
        found.sends[same] += known.sends if known else 0
        found.tries[same] += known.tries if known else 0
        for step, milliseconds in _times(access, known):
            found.times[_Took(entity, procedure, step)][bucket(milliseconds)] += 1
    return found


def _codes() -> dict[int, tuple[str, str]]:
    """Body and procedure of each version, by their slugs."""
    rows = ProcedureVersion.objects.values_list("pk", "procedure__entity__slug", "procedure__slug").order_by()
    return {pk: (entity, procedure) for pk, entity, procedure in rows.iterator(BATCH)}


def _identified(begin: datetime, end: datetime) -> dict[str, _Identified]:
    """What was validated in this time, by the access that it was for."""
    rows = Validation.objects.filter(created_at__gte=begin, created_at__lt=end, purpose__startswith=PURPOSE)
    names = ("purpose", "created_at", "method", "state", "phone_ending", "tries_left", "sends_left")
    found: dict[str, _Identified] = {}
    for purpose, created_at, method, state, ending, tries_left, sends_left in (
        rows.order_by("created_at").values_list(*names).iterator(BATCH)
    ):
        one = found.setdefault(purpose.removeprefix(PURPOSE), _Identified(created_at))
        tries = max(settings.TRIES_PER_VALIDATION - tries_left, 0)
        one.method = method or one.method
        one.tries += tries
        one.sends += max(settings.SENDS_PER_VALIDATION - sends_left, 0)
        one.reached = max(one.reached, _reached_in(method, state, has_pin=bool(ending or tries)))
    return found


def _reached_in(method: str, state: str, *, has_pin: bool) -> Reached:
    if state in (Checked.VERIFIED, Checked.CONSUMED):
        return Reached.VERIFIED
    if has_pin:
        return Reached.PIN
    return Reached.METHOD if method else Reached.USER


def _reached(access: _Access, known: _Identified | None) -> Reached:
    if access.state == State.DONE:
        return Reached.RESULT
    if access.queued_at:
        return Reached.VERIFIED
    if known:
        return known.reached
    return Reached.USER if access.user_id else Reached.STARTED


def _times(access: _Access, known: _Identified | None) -> Iterator[tuple[TimedStep, float]]:
    """How long each step took that was come through, in milliseconds."""
    if known:
        yield TimedStep.USER, _between(access.created_at, known.began_at)
        if access.queued_at:
            yield TimedStep.IDENTIFICATION, _between(known.began_at, access.queued_at)
    if access.queued_at and access.finished_at and access.state == State.DONE:
        yield TimedStep.BODY, _between(access.queued_at, access.finished_at)


def _between(begin: datetime, end: datetime) -> float:
    return max((end - begin).total_seconds() * 1000, 0.0)


def measure_storage() -> StoredDocuments:
    """Look how many documents are kept, and how large they are."""
    found = Document.objects.aggregate(documents=Count("pk"), size=Sum("size"))
    values = {"documents": found["documents"], "bytes": found["size"] or 0, "measured_at": timezone.now()}
    return StoredDocuments.objects.update_or_create(day=today(), defaults=values)[0]
