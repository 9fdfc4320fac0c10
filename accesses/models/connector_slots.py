"""How many accesses may be at one entity's back end at once."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def longest_turn(total_seconds: float | None = None) -> timedelta:
    """How long a worker may be at a body without a sign of life: a whole call, and then some to write down its end.

    ``total_seconds`` is how long a call to this body may last, where that is not as the settings say.
    """
    longest = total_seconds or settings.CONNECTOR_TOTAL_SECONDS
    return timedelta(seconds=max(settings.LEASE_SECONDS, longest + 15))


class ConnectorSlotQuerySet(models.QuerySet["ConnectorSlot"]):
    def free(self) -> Self:
        """Slots that nobody holds, or whose holder is gone."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=timezone.now()))

    def take(
        self, entity_slug: str, holder: UUID, slots: int | None = None, total_seconds: float | None = None
    ) -> bool:
        """Hold one of the entity's ``slots`` for a call that may last so long; False when all are held."""
        most = slots or settings.SLOTS_PER_ENTITY
        self._ensure(entity_slug, most)
        until = timezone.now() + longest_turn(total_seconds)
        mine = self.free().filter(entity_slug=entity_slug, number__lte=most)
        numbers = list(mine.values_list("pk", flat=True))
        return any(self.free().filter(pk=pk).update(holder=holder, held_until=until) for pk in numbers)

    def release(self, holder: UUID) -> None:
        self.filter(holder=holder).update(holder=None, held_until=None)

    def _ensure(self, entity_slug: str, most: int) -> None:
        wanted = range(1, most + 1)
        if self.filter(entity_slug=entity_slug).count() < len(wanted):
            slots = [ConnectorSlot(entity_slug=entity_slug, number=number) for number in wanted]
            self.bulk_create(slots, ignore_conflicts=True)


class ConnectorSlot(models.Model):
    """One of the places at an entity; won by conditional update, free again when its lease is over."""

    entity_slug = models.CharField(max_length=30)
    number = models.PositiveSmallIntegerField()
    holder = models.UUIDField(null=True, blank=True, db_index=True)
    held_until = models.DateTimeField(null=True, blank=True)

    objects = ConnectorSlotQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity_slug", "number"], name="one_number_a_slot")]

    def __str__(self) -> str:
        return f"{self.entity_slug} {self.number}"
