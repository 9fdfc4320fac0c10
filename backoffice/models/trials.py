"""Trials: tests of a connector, or of Cl@ve's gateway, with made-up data.

What is stored is how far a call came, step by step, and nothing of what was answered.
"""

from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from procedures.models import ProcedureVersion

MAX_RUNNING = 3
"""Trials that run at once over all processes: each occupies a thread of the web server."""
LONGEST = timedelta(seconds=60)
"""A trial that has not finished by then never will: its process is gone."""
RETENTION = timedelta(days=1)


class TrialQuerySet(models.QuerySet["Trial"]):
    def old(self) -> Self:
        return self.filter(started_at__lt=timezone.now() - RETENTION)

    def begin(self, pk: UUID, version: ProcedureVersion | None) -> "Trial | None":
        """Take the only right to run this trial; None when another request has it, or too many are running."""
        trial = Trial(pk=pk, version=version)
        try:
            with transaction.atomic():
                trial.save(force_insert=True)
        except IntegrityError:
            return None
        running = self.filter(finished_at=None, started_at__gt=timezone.now() - LONGEST).exclude(pk=pk)
        if running.count() >= MAX_RUNNING:
            trial.delete()
            return None
        return trial


class Trial(models.Model):
    """One trial; without a version it is of Cl@ve's gateway. ``id`` comes from the form: a double tap makes one row."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, null=True)
    started_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True)
    steps: models.JSONField[Any, Any] = models.JSONField(default=list)

    objects = TrialQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)

    def finish(self, steps: list[dict[str, Any]]) -> None:
        self.finished_at, self.steps = timezone.now(), steps
        self.save(update_fields=["finished_at", "steps"])

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and self.started_at > timezone.now() - LONGEST

    @property
    def succeeded(self) -> bool:
        return bool(self.steps) and all(step["state"] != "failed" for step in self.steps)
