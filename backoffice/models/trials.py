"""A try of a connector, or of Cl@ve's gateway: how far it came, step by step, and never what was answered."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from procedures.models import ProcedureVersion

AT_ONCE = 3
"""How many may run at once over all processes: each holds a thread of the web server."""
LONGEST = timedelta(seconds=60)
"""After so long one that has not ended never will: its process is gone."""
KEPT = timedelta(days=1)


class TrialQuerySet(models.QuerySet["Trial"]):
    def begin(self, pk: UUID, version: ProcedureVersion | None) -> "Trial | None":
        """The only right to run this one; None when another tap has it, or too many run already."""
        now = timezone.now()
        self.filter(started_at__lt=now - KEPT).delete()
        trial = Trial(pk=pk, version=version)
        try:
            with transaction.atomic():
                trial.save(force_insert=True)
        except IntegrityError:
            return None
        running = self.filter(finished_at=None, started_at__gt=now - LONGEST).exclude(pk=pk)
        if running.count() >= AT_ONCE:
            trial.delete()
            return None
        return trial


class Trial(models.Model):
    """``id`` comes from the form, so that a double tap makes one; without a version it is Cl@ve's gateway's."""

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
        Trial.objects.filter(pk=self.pk).update(finished_at=timezone.now(), steps=steps)

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and self.started_at > timezone.now() - LONGEST

    @property
    def succeeded(self) -> bool:
        return bool(self.steps) and all(step["state"] != "no" for step in self.steps)
