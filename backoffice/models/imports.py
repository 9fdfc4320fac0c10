"""Imports of a file into the catalogue: checked first, applied when the person who sent it says so.

The row is the durable record of the work. A worker leases it while it works; a run whose lease has expired is queued
again. The catalogue and the state «applied» are written in one transaction, so that a killed worker leaves nothing
half done.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.batches import delete_in_batches
from procedures.transfer.plan import Outcome, Plan, Status
from procedures.transfer.sheets import RowError

LEASE = timedelta(seconds=60)
STALLED_AFTER = timedelta(seconds=30)
"""How long a run may wait for a worker before it is queued again."""
MAX_ATTEMPTS = 3
CONTENT_RETENTION = timedelta(days=1)
"""How long a file and the findings about its rows are stored."""
RECORD_RETENTION = timedelta(days=90)
MAX_FILES_PER_USER = 5
MAX_VALUE_LENGTH = 1000
MAX_UNREAD = 20
BATCH_SIZE = 500


class ImportState(models.TextChoices):
    CHECKING = "checking", _("comprobando")
    REFUSED = "refused", _("con errores")
    READY = "ready", _("comprobada")
    APPLYING = "applying", _("aplicando")
    APPLIED = "applied", _("aplicada")
    FAILED = "failed", _("interrumpida")
    DISCARDED = "discarded", _("descartada")


UNDER_WAY = (ImportState.CHECKING, ImportState.APPLYING)
DISCARDABLE = (ImportState.READY, ImportState.REFUSED, ImportState.FAILED)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def listed(self) -> Self:
        """Select the user, and defer the content of the file, which may be large."""
        return self.select_related("user").defer("content", "serialized").order_by("-created_at")

    def store(self, user: Any, file_name: str, content: bytes, language: str) -> "ImportRun":
        """Store a file to be checked, and discard the user's oldest ones beyond ``MAX_FILES_PER_USER``."""
        others = self.filter(user=user).exclude(state__in=UNDER_WAY).exclude(content=b"").order_by("-created_at")
        self.filter(pk__in=list(others.values_list("pk", flat=True)[MAX_FILES_PER_USER - 1 :])).discard()
        return self.create(user=user, file_name=file_name[:200], content=content, size=len(content), language=language)

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def stalled(self) -> Self:
        """Return the runs that no worker has picked up in time, or whose worker is gone."""
        moment = timezone.now()
        not_picked_up = Q(lease_until=None, changed_at__lte=moment - STALLED_AFTER)
        return self.under_way().filter(not_picked_up | Q(lease_until__lte=moment))

    def expired(self) -> Self:
        return self.filter(created_at__lte=timezone.now() - RECORD_RETENTION)

    def with_wrong_rows(self) -> Self:
        """Return the runs whose file is still there and could be read, with errors in its rows."""
        return self.filter(state=ImportState.REFUSED, error="").exclude(content=b"")

    def with_expired_content(self) -> Self:
        old = self.filter(created_at__lte=timezone.now() - CONTENT_RETENTION).exclude(state__in=UNDER_WAY)
        return old.filter(models.Exists(ImportRow.objects.filter(run=models.OuterRef("pk"))) | ~Q(content=b""))

    def lease(self, pk: UUID) -> "ImportRun | None":
        """Take the run for this worker alone; None when another has it or nothing is left to do."""
        moment, token = timezone.now(), uuid4()
        free = self.under_way().filter(Q(lease_until=None) | Q(lease_until__lte=moment), pk=pk)
        if not free.update(lease_until=moment + LEASE, lease_token=token, attempts=F("attempts") + 1):
            return None
        return self.filter(pk=pk, lease_token=token).first()

    def reclaim(self, pk: UUID) -> bool:
        """Free a stalled run; return False when another process has, or when it has been tried too often."""
        stalled = self.stalled().filter(pk=pk)
        if stalled.filter(attempts__gte=MAX_ATTEMPTS).update(state=ImportState.FAILED, **_unleased()):
            return False
        return bool(stalled.update(**_unleased()))

    def discard(self) -> int:
        """Delete the files and the findings, but not the records that they existed; return how many."""
        keeps_state = models.Case(
            models.When(state__in=DISCARDABLE, then=models.Value(ImportState.DISCARDED.value)), default=F("state")
        )
        discarded = 0
        for pk in list(self.values_list("pk", flat=True)):
            moment = timezone.now()
            if self.filter(pk=pk).update(content=b"", serialized=b"", state=keeps_state, changed_at=moment):
                delete_in_batches(ImportRow.objects.filter(run=pk), BATCH_SIZE)
                discarded += 1
        return discarded


def _unleased() -> dict[str, Any]:
    return {"lease_until": None, "lease_token": None, "changed_at": timezone.now()}


class ImportRun(models.Model):
    """A file with what was found in it and what became of it.

    ``serialized`` are its rows as they were read, and ``unread`` the names of the sheets that were not.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    content = models.BinaryField(default=bytes)
    serialized = models.BinaryField(default=bytes)
    language = models.CharField(max_length=20, default="es")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(default="")
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")
    catalogue_changed = models.BooleanField(default=False)
    unread: models.JSONField[Any, Any] = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["-created_at"], name="latest_imports")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_applying(self) -> bool:
        return self.state == ImportState.APPLYING

    @property
    def changes_something(self) -> bool:
        return any(self.counts.get(status) for status in (Status.NEW, Status.CHANGED, Status.REMOVED))

    @property
    def has_wrong_rows(self) -> bool:
        return self.state == ImportState.REFUSED and not self.error

    @property
    def percent(self) -> int:
        """How far the work is; 0 while that is not known."""
        return min(99, self.done * 100 // self.total) if self.total else 0

    def request_apply(self, user: Any) -> bool:
        """Have the run applied; return False when it is another user's, or not ready (any more)."""
        return self._restart(ImportState.APPLYING, Q(state=ImportState.READY, user=user))

    def request_check(self, user: Any) -> bool:
        """Have a failed run checked again; return False when it is another user's, or has not failed."""
        return self._restart(ImportState.CHECKING, Q(state=ImportState.FAILED, user=user) & ~Q(content=b""))

    def _restart(self, state: ImportState, condition: Q) -> bool:
        begun = {"state": state, "attempts": 0, "done": 0, "total": 0, "catalogue_changed": False}
        return bool(ImportRun.objects.filter(condition, pk=self.pk).update(**begun, **_unleased()))

    def _leased(self) -> "models.QuerySet[ImportRun]":
        return ImportRun.objects.filter(pk=self.pk, lease_token=self.lease_token, state=self.state)

    def report_progress(self, done: int, total: int) -> bool:
        """Store how far the work is and renew the lease; return False when another worker has it."""
        return bool(self._leased().update(done=done, total=total, lease_until=timezone.now() + LEASE))

    def refuse(self, error: str) -> bool:
        """End the run because its file cannot be read."""
        return self._end(ImportState.REFUSED, error=error, counts={}, digest="")

    def finish_check(
        self, plan: Plan, serialized: bytes, *, catalogue_changed: bool = False, unread: Sequence[str] | None = None
    ) -> bool:
        """Store the findings and the rows as they were read; return False when another worker has the run.

        ``unread`` is None when the rows were read before.
        """
        state = ImportState.REFUSED if plan.errors else ImportState.READY
        findings: dict[str, Any] = {
            "counts": dict(plan.counts),
            "digest": plan.digest,
            "catalogue_changed": catalogue_changed,
        }
        findings |= {} if unread is None else {"unread": unread[:MAX_UNREAD]}
        with transaction.atomic():
            if not self._end(state, error="", serialized=b"" if plan.errors else serialized, **findings):
                return False
            self.rows.all().delete()
            ImportRow.objects.bulk_create(_rows_of(self, plan), batch_size=BATCH_SIZE)
        return True

    def finish_apply(self) -> bool:
        """End the run in the transaction that writes the plan; return False when another worker has the run."""
        return self._end(ImportState.APPLIED, content=b"", serialized=b"")

    def _end(self, state: ImportState, **changes: Any) -> bool:
        return bool(self._leased().update(state=state, **_unleased(), **changes))


class ImportRow(models.Model):
    """What was found about one row of a file; ``position`` orders problems first, then changes."""

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


def _rows_of(run: ImportRun, plan: Plan) -> list[ImportRow]:
    by_row = defaultdict[int, list[RowError]](list)
    for problem in plan.errors:
        by_row[id(problem.row) if problem.row else 0].append(problem)
    rows = [_row_without_outcome(problem) for problem in by_row.pop(0, [])]
    ranks = list(Status)
    outcomes = sorted(plan.outcomes, key=lambda outcome: ranks.index(outcome.status))
    rows += [_row_of(outcome, by_row[id(outcome.row)]) for outcome in outcomes]
    for position, row in enumerate(rows, start=1):
        row.run, row.position = run, position
    return rows


def _row_without_outcome(problem: RowError) -> ImportRow:
    return ImportRow(kind=problem.kind, number=0, status=Status.WRONG.value, problems=_problem_values([problem]))


def _row_of(outcome: Outcome, problems: list[RowError]) -> ImportRow:
    return ImportRow(
        kind=outcome.row.kind,
        number=outcome.row.number,
        key=outcome.key[:200],
        status=outcome.status.value,
        note=outcome.note,
        fields=[[one.column, _truncate(one.old), _truncate(one.new)] for one in outcome.fields],
        problems=_problem_values(problems),
    )


def _problem_values(problems: list[RowError]) -> list[dict[str, str]]:
    return [{"column": problem.column, "sentence": problem.sentence} for problem in problems]


def _truncate(text: str) -> str:
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[: MAX_VALUE_LENGTH - 1]}…"
