"""When each scheduled task was last put in the queue; ``foundation.schedule`` says which there are."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q


class ScheduledTaskQuerySet(models.QuerySet["ScheduledTask"]):
    def claim(self, path: str, interval: timedelta, moment: datetime) -> bool:
        """Take the turn that is due at this moment; return False when none is or another worker has taken it.

        A turn taken far in the future, by a clock that has been set back since, counts as due.
        """
        due = Q(queued_at__lte=moment - interval) | Q(queued_at__gt=moment + interval)
        return bool(self.filter(due, path=path).update(queued_at=moment))


class ScheduledTask(models.Model):
    """One task that is queued at intervals, named by its path; one row for all workers."""

    path = models.CharField(max_length=200, primary_key=True)
    queued_at = models.DateTimeField()

    objects = ScheduledTaskQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.path
