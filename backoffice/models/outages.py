"""Outages: the times in which a public body fails more often than its threshold."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from accesses.models import ConnectorProfile
from procedures.models import Entity

ALERT_INTERVAL = timedelta(hours=1)
"""At least this long lies between two alerts about one public body, however often it fails and recovers."""


class OutageQuerySet(models.QuerySet["Outage"]):
    def ongoing(self) -> Self:
        return self.filter(ended_at=None)

    def begin(self, entity: Entity, failures: int) -> "Outage | None":
        """Record that an outage began; None when it is known already, or another was alerted within the hour."""
        moment = timezone.now()
        ConnectorProfile.objects.get_or_create(entity=entity)
        may_alert = Q(alerted_at=None) | Q(alerted_at__lte=moment - ALERT_INTERVAL)
        try:
            with transaction.atomic():
                if not ConnectorProfile.objects.filter(may_alert, entity=entity).update(alerted_at=moment):
                    return None
                return self.create(entity_slug=entity.slug, failures=failures, began_at=moment)
        except IntegrityError:  # it is ongoing
            return None

    def unreported(self) -> Self:
        """Return the outages with an e-mail due: that they began, or that they ended."""
        due = Q(begin_reported_at=None) | Q(end_reported_at=None, ended_at__isnull=False)
        return self.filter(due).order_by("began_at")


class Outage(models.Model):
    """A time in which a public body failed too often; each has one at a time."""

    BEGIN_REPORT: ClassVar = "begin_reported_at"
    END_REPORT: ClassVar = "end_reported_at"

    entity_slug = models.CharField(max_length=30)
    failures = models.PositiveIntegerField()
    began_at = models.DateTimeField(default=timezone.now)
    begin_reported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reported_at = models.DateTimeField(null=True)

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

    def due_reports(self) -> list[str]:
        """Return which of ``BEGIN_REPORT`` and ``END_REPORT`` are still to be sent, in this order."""
        due = [] if self.begin_reported_at else [self.BEGIN_REPORT]
        return [*due, self.END_REPORT] if self.ended_at and not self.end_reported_at else due

    def claim_report(self, report: str) -> bool:
        """Take the only right to send a report; False when another process has it."""
        return bool(Outage.objects.filter(pk=self.pk, **{report: None}).update(**{report: timezone.now()}))

    def release_report(self, report: str) -> None:
        """Give the right back after the report could not be sent."""
        Outage.objects.filter(pk=self.pk).update(**{report: None})
