"""One import of a file into the catalogue: looked through first, applied when its maker says so.

The row is the durable record of the work. It is leased while a worker is at it; whoever finds a lease that has run out
has it taken up again. Applying and being applied are one transaction, so that a killed worker leaves nothing half done.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.transfer.plan import Outcome, Plan, Status
from procedures.transfer.sheets import RowError

LEASE = timedelta(seconds=60)
STALLED_AFTER = timedelta(seconds=30)
"""How long work may wait without a worker having come for it."""
MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)
"""How long the content of a file, and what was found in it, is kept."""
RECORD_KEPT = timedelta(days=90)
MOST_KEPT_A_PERSON = 5
LONGEST_SHOWN = 1000
BATCH = 500


class ImportState(models.TextChoices):
    CHECKING = "checking", _("comprobando")
    REFUSED = "refused", _("con errores")
    READY = "ready", _("comprobada")
    APPLYING = "applying", _("aplicando")
    APPLIED = "applied", _("aplicada")
    FAILED = "failed", _("interrumpida")
    FORGOTTEN = "forgotten", _("descartada")


UNDER_WAY = (ImportState.CHECKING, ImportState.APPLYING)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def listed(self) -> Self:
        """With its maker, and without the content of its file, which may be large."""
        return self.select_related("user").defer("content", "prepared").order_by("-made_at")

    def take(self, user: Any, file_name: str, content: bytes, language: str) -> "ImportRun":
        """Keep a file, to be looked through; the oldest of the same person's are forgotten."""
        others = self.filter(user=user).exclude(state__in=UNDER_WAY).exclude(content=b"").order_by("-made_at")
        self.filter(pk__in=list(others.values_list("pk", flat=True)[MOST_KEPT_A_PERSON - 1 :])).forget()
        return self.create(user=user, file_name=file_name[:200], content=content, size=len(content), language=language)

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def lost(self) -> Self:
        """Those that nobody is at, although it is time."""
        moment = timezone.now()
        never_begun = Q(lease_until=None, changed_at__lte=moment - STALLED_AFTER)
        return self.under_way().filter(never_begun | Q(lease_until__lte=moment))

    def lease(self, pk: UUID) -> "ImportRun | None":
        """The run, for this worker alone; None when another is at it or there is nothing left to do."""
        moment, token = timezone.now(), uuid4()
        free = self.under_way().filter(Q(lease_until=None) | Q(lease_until__lte=moment), pk=pk)
        if not free.update(lease_until=moment + LEASE, lease_token=token, attempts=F("attempts") + 1):
            return None
        return self.filter(pk=pk, lease_token=token).first()

    def take_up(self, pk: UUID) -> bool:
        """Let a lost run be done again; False when another did so, or when it was tried often enough."""
        lost = self.lost().filter(pk=pk)
        ended = {"lease_until": None, "lease_token": None, "changed_at": timezone.now()}
        if lost.filter(attempts__gte=MOST_ATTEMPTS).update(state=ImportState.FAILED, **ended):
            return False
        return bool(lost.update(**ended))

    def forget(self) -> int:
        """Drop the files and what was found in them; the record that they were there stays."""
        with transaction.atomic():
            ImportRow.objects.filter(run__in=self.values("pk")).delete()
            waiting = Q(state__in=(ImportState.READY, ImportState.REFUSED, ImportState.FAILED))
            forgotten = models.Case(
                models.When(waiting, then=models.Value(ImportState.FORGOTTEN.value)), default=F("state")
            )
            return self.update(content=b"", prepared=b"", state=forgotten, changed_at=timezone.now())


class ImportRun(models.Model):
    """A file, what was found in it, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    content = models.BinaryField(default=bytes)
    prepared = models.BinaryField(default=bytes)
    language = models.CharField(max_length=20, default="es")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKING)
    done = models.PositiveIntegerField(default=0)
    all = models.PositiveIntegerField(default=0)
    sentence = models.TextField(default="")
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")
    has_moved = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["-made_at"], name="latest_imports")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_applying(self) -> bool:
        return self.state == ImportState.APPLYING

    @property
    def is_ready(self) -> bool:
        return self.state == ImportState.READY

    @property
    def changes_something(self) -> bool:
        return any(self.counts.get(status) for status in (Status.NEW, Status.CHANGED, Status.REMOVED))

    @property
    def percent(self) -> int:
        """How far the work is; 0 while that is not known."""
        return min(99, self.done * 100 // self.all) if self.all else 0

    def ask_to_apply(self, user: Any) -> bool:
        """Have it applied; False when it is not this person's, or not ready (any more)."""
        return self._begin(ImportState.APPLYING, Q(state=ImportState.READY, user=user))

    def ask_to_check(self, user: Any) -> bool:
        """Have it looked through again after it was interrupted; False as above."""
        return self._begin(ImportState.CHECKING, Q(state=ImportState.FAILED, user=user) & ~Q(content=b""))

    def _begin(self, state: ImportState, where: Q) -> bool:
        begun = {"state": state, "attempts": 0, "done": 0, "all": 0, "has_moved": False, "changed_at": timezone.now()}
        return bool(ImportRun.objects.filter(where, pk=self.pk).update(lease_until=None, lease_token=None, **begun))

    def _mine(self) -> "models.QuerySet[ImportRun]":
        return ImportRun.objects.filter(pk=self.pk, lease_token=self.lease_token, state=self.state)

    def go_on(self, done: int, of: int) -> bool:
        """Say how far it is, and keep the lease; False when another has it by now."""
        return bool(self._mine().update(done=done, all=of, lease_until=timezone.now() + LEASE))

    def refuse(self, sentence: str) -> bool:
        """It cannot be read at all."""
        return self._end(ImportState.REFUSED, sentence=sentence, counts={}, digest="")

    def checked(self, plan: Plan, prepared: bytes, *, has_moved: bool = False) -> bool:
        """Keep what was found, and the rows as they were read; False when another has the run by now."""
        state = ImportState.REFUSED if plan.errors else ImportState.READY
        with transaction.atomic():
            found = {"counts": dict(plan.counts), "digest": plan.digest, "has_moved": has_moved, "sentence": ""}
            found["prepared"] = prepared if not plan.errors else b""
            if not self._end(state, **found):
                return False
            self.rows.all().delete()
            ImportRow.objects.bulk_create(_rows_of(self, plan), batch_size=BATCH)
        return True

    def applied(self) -> bool:
        """Say, in the transaction that writes the plan, that it is written; False when another has the run by now."""
        return self._end(ImportState.APPLIED, content=b"", prepared=b"")

    def _end(self, state: ImportState, **changes: Any) -> bool:
        ended = {"state": state, "lease_until": None, "lease_token": None, "changed_at": timezone.now()}
        return bool(self._mine().update(**ended, **changes))


class ImportRow(models.Model):
    """What a run found about one row of its file; ``position`` puts what is wrong first, then changes."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    status = models.CharField(max_length=9)
    fields: models.JSONField[Any, Any] = models.JSONField(default=list)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)
    note = models.CharField(max_length=200, default="")

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        indexes = [models.Index(fields=["run", "status", "position"], name="rows_by_status")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


def _rows_of(run: ImportRun, plan: Plan) -> Iterator[ImportRow]:
    by_row: dict[int, list[RowError]] = {}
    for problem in plan.errors:
        by_row.setdefault(id(problem.row) if problem.row else 0, []).append(problem)
    position = 0
    for problem in by_row.pop(0, []):
        position += 1
        told = [{"column": problem.column, "sentence": problem.sentence}]
        yield ImportRow(
            run=run, position=position, kind=problem.kind, number=0, status=Status.WRONG.value, problems=told
        )
    ranks = list(Status)
    for outcome in sorted(plan.outcomes, key=lambda outcome: ranks.index(outcome.status)):
        position += 1
        yield _row_of(run, position, outcome, by_row.get(id(outcome.row), []))


def _row_of(run: ImportRun, position: int, outcome: Outcome, problems: list[RowError]) -> ImportRow:
    return ImportRow(
        run=run,
        position=position,
        kind=outcome.row.kind,
        number=outcome.row.number,
        key=outcome.key[:200],
        status=outcome.status.value,
        note=outcome.note,
        fields=[[one.column, _shown(one.old), _shown(one.new)] for one in outcome.fields],
        problems=[{"column": one.column, "sentence": one.sentence} for one in problems],
    )


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
