"""Whether the bodies answer: told on lists and before anybody identifies, from what the last calls to each have seen.

One row an entity, written when a call fails or is slow and when one is answered in time again. The pages of the
catalogue are kept whole, so its stamp is bumped when an entity's state changes: once, by whoever wins the update.
"""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.models.stamps import CatalogueStamp, Stamp

IN_A_ROW = 3
"""One call may fail, or take its time, by chance; so many in a row are told."""
REMEMBERED = timedelta(minutes=5)
"""How long after the last such call it is still told, while nobody tries."""


class Availability(models.TextChoices):
    """What may be expected of a body now; the last two are the operator's word, the others what calls have seen."""

    OK = "ok", _("responde")
    SLOW = "slow", _("responde despacio")
    DOWN = "down", _("no responde")
    DEGRADED = "degraded", _("con problemas")
    CLOSED = "closed", _("cerrado")


SEEN_BY_CALLS = [(state.value, state.label) for state in (Availability.OK, Availability.SLOW, Availability.DOWN)]


class ConnectorHealthQuerySet(models.QuerySet["ConnectorHealth"]):
    def states(self) -> dict[str, Availability]:
        """The state of each entity that is not in order."""
        troubled = self.exclude(state=Availability.OK).values_list("entity_slug", "state")
        return {slug: Availability(state) for slug, state in troubled}

    def failed(self, entity_slug: str) -> None:
        """A call got no usable answer."""
        self._count(entity_slug, "failures", "failed_at")
        self.filter(pk=entity_slug, failures__gte=IN_A_ROW).become(Availability.DOWN)

    def answered(self, entity_slug: str, *, slowly: bool) -> None:
        """A call was answered, which ends what was failing; one in time ends what was slow, too."""
        mine = self.filter(pk=entity_slug)
        if not slowly:
            in_order = {"state": Availability.OK, "failures": 0, "slow_answers": 0}
            if mine.exclude(**in_order).exists() and not mine.become(Availability.OK):  # nearly always there is no news
                mine.update(failures=0, slow_answers=0)
            return
        self._count(entity_slug, "slow_answers", "slow_at")
        mine.update(failures=0)
        mine.filter(slow_answers__gte=IN_A_ROW).become(Availability.SLOW)
        mine.filter(state=Availability.DOWN).become(Availability.OK)

    def recover(self) -> int:
        """Forget what nobody has met again for a while; answers how many entities are in order again."""
        long_ago = timezone.now() - REMEMBERED
        down = Q(state=Availability.DOWN, failed_at__lte=long_ago)
        slow = Q(state=Availability.SLOW, slow_at__lte=long_ago)
        return self.filter(down | slow).become(Availability.OK)

    def become(self, state: Availability) -> int:
        """Have these entities in this state; the catalogue is read again if that is news."""
        counts = {"failures": 0, "slow_answers": 0} if state == Availability.OK else {}
        with transaction.atomic():
            changed = self.exclude(state=state).update(state=state, **counts)
            if changed:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return changed

    def _count(self, entity_slug: str, count: str, moment: str) -> None:
        """One more in a row; what was long ago is no part of the row."""
        now = timezone.now()
        of_the_row = When(**{f"{moment}__gt": now - REMEMBERED}, then=F(count) + 1)
        changes = {count: Case(of_the_row, default=Value(1)), moment: now}
        mine = self.filter(pk=entity_slug)
        if not mine.update(**changes):
            _row, is_first = self.get_or_create(pk=entity_slug, defaults={count: 1, moment: now})
            if not is_first:  # another call made the row meanwhile
                mine.update(**changes)


class ConnectorHealth(models.Model):
    """How many calls to an entity have failed, or were slow, in a row, and when the last one was."""

    entity_slug = models.CharField(max_length=30, primary_key=True)
    state = models.CharField(max_length=6, choices=SEEN_BY_CALLS, default=Availability.OK)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    slow_answers = models.PositiveIntegerField(default=0)
    slow_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectorHealthQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.entity_slug} {self.state}"
