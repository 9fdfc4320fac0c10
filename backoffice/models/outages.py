"""When a body failed more often than its operators want to bear, and whether they were told."""

from datetime import datetime, timedelta
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from accesses.models import ConnectorProfile
from procedures.models import Entity

ALERT_AGAIN = timedelta(hours=1)
"""One body is not alerted of more often than this, however it comes and goes."""


class OutageQuerySet(models.QuerySet["Outage"]):
    def going_on(self) -> Self:
        return self.filter(ended_at=None)

    def begin(self, entity: Entity, failures: int) -> "Outage | None":
        """Write down that it has begun; None when it is known already, or one was alerted of within the hour."""
        moment = timezone.now()
        ConnectorProfile.objects.get_or_create(entity=entity)
        quiet = Q(alerted_at=None) | Q(alerted_at__lte=moment - ALERT_AGAIN)
        try:
            with transaction.atomic():
                if not ConnectorProfile.objects.filter(quiet, entity=entity).update(alerted_at=moment):
                    return None
                return self.create(entity_slug=entity.slug, failures=failures, began_at=moment)
        except IntegrityError:  # it is going on
            return None

    def to_tell(self) -> Self:
        """Those of which a letter is still to be sent: that they began, or that they ended."""
        return self.filter(Q(told_at=None) | Q(told_end_at=None, ended_at__isnull=False)).order_by("began_at")


class Outage(models.Model):
    """A time in which a body failed too often; there is one at a time of each."""

    entity_slug = models.CharField(max_length=30)
    failures = models.PositiveIntegerField()
    began_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    told_end_at = models.DateTimeField(null=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entity_slug"], condition=Q(ended_at=None), name="one_outage_at_a_time")
        ]
        indexes = [models.Index(fields=["-began_at"], name="latest_outages")]

    def __str__(self) -> str:
        return self.entity_slug

    def end(self) -> bool:
        return bool(Outage.objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now()))

    def claim(self, letter: str) -> datetime | None:
        """Take the only right to send a letter (``told_at`` or ``told_end_at``); None when somebody has it."""
        moment = timezone.now()
        won = Outage.objects.filter(pk=self.pk, **{letter: None}).update(**{letter: moment})
        return moment if won else None

    def was_not_told(self, letter: str) -> None:
        """The letter could not be sent: it may be tried again."""
        Outage.objects.filter(pk=self.pk).update(**{letter: None})
