"""Aggregating a day: its accesses, read once, become the rows of its statistics.

A day is aggregated whole each time, and its rows are replaced in one transaction, until it is final. So nothing counts
twice, whatever runs at once or is repeated, and a day that was missed is made up for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
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
from backoffice.statistics.days import AGGREGATED_BACK, ONE_DAY, final_from, start_of, today
from backoffice.statistics.histograms import bucket
from clave.models import State as ValidationState
from clave.models import Validation
from documents.models import Document
from procedures.models import ProcedureVersion

BATCH_SIZE = 1000
PURPOSE_PREFIX = "access:"


class _Access(NamedTuple):
    """The columns that are read of an access, under their own names."""

    pk: UUID
    version_id: int
    user_id: UUID | None
    state: str
    outcome: str
    failure: str
    created_at: datetime
    queued_at: datetime | None
    finished_at: datetime | None


@dataclass
class _Identification:
    """The validations of one access, taken together."""

    began_at: datetime
    method: str = ""
    reached: Reached = Reached.USER
    sends: int = 0
    tries: int = 0


class _Group(NamedTuple):
    """What the accesses that are counted in one row have in common."""

    entity: str
    procedure: str
    method: str
    state: str
    outcome: str
    failure: str
    reached: int


class _TimedGroup(NamedTuple):
    """What the durations that are counted in one row have in common."""

    entity: str
    procedure: str
    step: str


@dataclass
class _Day:
    """The aggregates of a day, by procedure or (with the procedure left empty) by public body.

    ``totals`` holds the columns ``count``, ``sends`` and ``tries`` of each row.
    """

    totals: dict[_Group, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    times: dict[_TimedGroup, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def by_entity(self) -> "_Day":
        merged = _Day()
        for group, totals in self.totals.items():
            merged.totals[group._replace(procedure="")].update(totals)
        for timed, counts in self.times.items():
            merged.times[timed._replace(procedure="")].update(counts)
        return merged


def aggregate_daily_statistics(limit: int = 10) -> int:
    """Aggregate the days that can still change or were missed, latest first, and return how many."""
    return sum(aggregate_day(day) for day in _open_days()[:limit])


def _open_days() -> list[date]:
    first, last = today() - AGGREGATED_BACK, today()
    counted = dict(CountedDay.objects.filter(day__gte=first).values_list("day", "counted_at"))
    days = [last - number * ONE_DAY for number in range((last - first).days + 1)]
    return [day for day in days if (at := counted.get(day)) is None or at < final_from(day)]


def aggregate_day(day: date) -> bool:
    """Aggregate one day; return False when another process did so after this one began to read."""
    moment = timezone.now()
    found = _read_day(day)
    CountedDay.objects.get_or_create(day=day)
    with transaction.atomic():
        older = CountedDay.objects.filter(Q(counted_at=None) | Q(counted_at__lt=moment), day=day)
        if not older.update(counted_at=moment):  # the row stays locked until the others are written
            return False
        _replace_rows(DailyAccesses, DailyTimes, day, found.by_entity())
        _replace_rows(DailyAccessesOfProcedure, DailyTimesOfProcedure, day, found)
    return True


def _replace_rows(accesses: type[models.Model], times: type[models.Model], day: date, found: _Day) -> None:
    totals = (accesses(day=day, **_columns(group), **totals) for group, totals in found.totals.items())
    counts = (times(day=day, **_columns(group), counts=counts) for group, counts in found.times.items())
    for model, rows in ((accesses, totals), (times, counts)):
        model._default_manager.filter(day=day).delete()
        model._default_manager.bulk_create(rows, batch_size=BATCH_SIZE)


def _columns(group: _Group | _TimedGroup) -> dict[str, Any]:
    return {name: value for name, value in group._asdict().items() if name != "procedure" or value}


def _read_day(day: date) -> _Day:
    begin, end = start_of(day), start_of(day + ONE_DAY)
    identifications = _read_identifications(begin, end + settings.ACCESS_LIFETIME)
    slugs = _version_slugs()
    found = _Day()
    rows = Access.objects.filter(created_at__gte=begin, created_at__lt=end).values_list(*_Access._fields)
    for access in map(_Access._make, rows.iterator(BATCH_SIZE)):
        entity, procedure = slugs[access.version_id]
        identification = identifications.get(str(access.pk))
        method = identification.method if identification else ""
        reached = _reached(access, identification)
        group = _Group(entity, procedure, method, access.state, access.outcome, access.failure, reached)
        sends, tries = (identification.sends, identification.tries) if identification else (0, 0)
        found.totals[group].update(count=1, sends=sends, tries=tries)
        for step, milliseconds in _durations(access, identification):
            found.times[_TimedGroup(entity, procedure, step)][bucket(milliseconds)] += 1
    return found


def _version_slugs() -> dict[int, tuple[str, str]]:
    """Return the slugs of the public body and of the procedure of each version."""
    rows = ProcedureVersion.objects.values_list("pk", "procedure__entity__slug", "procedure__slug").order_by()
    return {pk: (entity, procedure) for pk, entity, procedure in rows.iterator(BATCH_SIZE)}


def _read_identifications(begin: datetime, end: datetime) -> dict[str, _Identification]:
    """Return the validations created in this time, by the id of the access that they are for."""
    rows = Validation.objects.filter(created_at__gte=begin, created_at__lt=end, purpose__startswith=PURPOSE_PREFIX)
    names = ("purpose", "created_at", "method", "state", "phone_ending", "tries_left", "sends_left")
    found: dict[str, _Identification] = {}
    for purpose, created_at, method, state, ending, tries_left, sends_left in (
        rows.order_by("created_at").values_list(*names).iterator(BATCH_SIZE)
    ):
        one = found.setdefault(purpose.removeprefix(PURPOSE_PREFIX), _Identification(created_at))
        tries = max(settings.TRIES_PER_VALIDATION - tries_left, 0)
        one.method = method or one.method
        one.tries += tries
        one.sends += max(settings.SENDS_PER_VALIDATION - sends_left, 0)
        one.reached = max(one.reached, _reached_in_validation(method, state, has_pin=bool(ending or tries)))
    return found


def _reached_in_validation(method: str, state: str, *, has_pin: bool) -> Reached:
    if state in (ValidationState.VERIFIED, ValidationState.CONSUMED):
        return Reached.VERIFIED
    if has_pin:
        return Reached.PIN
    return Reached.METHOD if method else Reached.USER


def _reached(access: _Access, identification: _Identification | None) -> Reached:
    if access.state == State.DONE:
        return Reached.RESULT
    if access.queued_at:
        return Reached.VERIFIED
    if identification:
        return identification.reached
    return Reached.USER if access.user_id else Reached.STARTED


def _durations(access: _Access, identification: _Identification | None) -> Iterator[tuple[TimedStep, float]]:
    """Yield how many milliseconds each completed step took."""
    if identification:
        yield TimedStep.USER, _milliseconds(access.created_at, identification.began_at)
        if access.queued_at:
            yield TimedStep.IDENTIFICATION, _milliseconds(identification.began_at, access.queued_at)
    if access.queued_at and access.finished_at and access.state == State.DONE:
        yield TimedStep.BODY, _milliseconds(access.queued_at, access.finished_at)


def _milliseconds(begin: datetime, end: datetime) -> float:
    return max((end - begin).total_seconds() * 1000, 0.0)


def measure_storage() -> StoredDocuments:
    """Record the number and the size of the stored documents."""
    found = Document.objects.aggregate(documents=Count("pk"), size=Sum("size"))
    values = {"documents": found["documents"], "bytes": found["size"] or 0, "measured_at": timezone.now()}
    return StoredDocuments.objects.update_or_create(day=today(), defaults=values)[0]
