"""The limit of simultaneous calls to one entity's back end."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def call_lease(total_seconds: float | None = None) -> timedelta:
    """Return how long a lease must last to cover one call and storing its result.

    ``total_seconds`` limits a call to this body, where its profile overrides the settings.
    """
    call_seconds = total_seconds or settings.CONNECTOR_TOTAL_SECONDS
    return timedelta(seconds=max(settings.LEASE_SECONDS, call_seconds + 15))


class ConnectorSlotQuerySet(models.QuerySet["ConnectorSlot"]):
    def available(self) -> Self:
        """Return the slots that nobody holds, or whose lease is over."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=timezone.now()))

    def acquire(
        self, entity_slug: str, holder: UUID, slots: int | None = None, total_seconds: float | None = None
    ) -> bool:
        """Hold one of the entity's slots for a call of at most ``total_seconds``; return False when all are held.

        None stands for the number and the time of the settings.
        """
        count = slots or settings.SLOTS_PER_ENTITY
        self._create_missing(entity_slug, count)
        until = timezone.now() + call_lease(total_seconds)
        candidates = self.available().filter(entity_slug=entity_slug, number__lte=count)
        pks = list(candidates.values_list("pk", flat=True))
        return any(self.available().filter(pk=pk).update(holder=holder, held_until=until) for pk in pks)

    def release(self, holder: UUID) -> None:
        self.filter(holder=holder).update(holder=None, held_until=None)

    def _create_missing(self, entity_slug: str, count: int) -> None:
        if self.filter(entity_slug=entity_slug).count() < count:
            slots = [ConnectorSlot(entity_slug=entity_slug, number=number) for number in range(1, count + 1)]
            self.bulk_create(slots, ignore_conflicts=True)


class ConnectorSlot(models.Model):
    """The right to one simultaneous call: won by a conditional update, available again when its lease is over."""

    entity_slug = models.CharField(max_length=30)
    number = models.PositiveSmallIntegerField()
    holder = models.UUIDField(null=True, blank=True, db_index=True)
    held_until = models.DateTimeField(null=True, blank=True)

    objects = ConnectorSlotQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity_slug", "number"], name="one_number_a_slot")]

    def __str__(self) -> str:
        return f"{self.entity_slug} {self.number}"
