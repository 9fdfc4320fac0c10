"""Whether the bodies answer, as the latest calls have shown: displayed on lists and before anybody identifies.

There is one row per entity, written when a call fails or is slow, and when the next is answered in time. Catalogue
pages are cached whole, so the stamp is bumped when an entity's state changes: once, by whoever wins the update.
"""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.models.stamps import CatalogueStamp, Stamp

CONSECUTIVE_CALLS = 3
"""One call may fail or be slow by chance; so many in a row are displayed."""
FORGOTTEN_AFTER = timedelta(minutes=5)
"""How long after the latest such call it is displayed, while nobody calls."""


class Availability(models.TextChoices):
    """The availability of a body: the last two are set by the operator, the others shown by calls."""

    OK = "ok", _("responde")
    SLOW = "slow", _("responde despacio")
    DOWN = "down", _("no responde")
    DEGRADED = "degraded", _("con problemas")
    CLOSED = "closed", _("cerrado")


SEEN_BY_CALLS = [(state.value, state.label) for state in (Availability.OK, Availability.SLOW, Availability.DOWN)]


class ConnectorHealthQuerySet(models.QuerySet["ConnectorHealth"]):
    def states(self) -> dict[str, Availability]:
        """Return the state of each entity that is not OK, by slug."""
        troubled = self.exclude(state=Availability.OK).values_list("entity_slug", "state")
        return {slug: Availability(state) for slug, state in troubled}

    def record_failure(self, entity_slug: str) -> None:
        """Record a call without a usable response."""
        self._count(entity_slug, "failures", "failed_at")
        self.filter(pk=entity_slug, failures__gte=CONSECUTIVE_CALLS).set_state(Availability.DOWN)

    def record_answer(self, entity_slug: str, *, slowly: bool) -> None:
        """Record a usable response, which ends a series of failures, and if in time one of slow responses, too."""
        mine = self.filter(pk=entity_slug)
        if not slowly:
            ok = {"state": Availability.OK, "failures": 0, "slow_answers": 0}
            if mine.exclude(**ok).exists() and not mine.set_state(Availability.OK):  # usually nothing has changed
                mine.update(failures=0, slow_answers=0)
            return
        self._count(entity_slug, "slow_answers", "slow_at")
        mine.update(failures=0)
        mine.filter(slow_answers__gte=CONSECUTIVE_CALLS).set_state(Availability.SLOW)
        mine.filter(state=Availability.DOWN).set_state(Availability.OK)

    def reset_stale(self) -> int:
        """Reset entities whose latest failure or slow response is long ago; return their number."""
        long_ago = timezone.now() - FORGOTTEN_AFTER
        down = Q(state=Availability.DOWN, failed_at__lte=long_ago)
        slow = Q(state=Availability.SLOW, slow_at__lte=long_ago)
        return self.filter(down | slow).set_state(Availability.OK)

    def set_state(self, state: Availability) -> int:
        """Set the state of these entities; return how many have changed, which every process then learns."""
        counts = {"failures": 0, "slow_answers": 0} if state == Availability.OK else {}
        with transaction.atomic():
            changed = self.exclude(state=state).update(state=state, **counts)
            if changed:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return changed

    def _count(self, entity_slug: str, count: str, moment: str) -> None:
        """Increment the count, or start it again when the previous call counted is long ago."""
        now = timezone.now()
        is_recent = When(**{f"{moment}__gt": now - FORGOTTEN_AFTER}, then=F(count) + 1)
        changes = {count: Case(is_recent, default=Value(1)), moment: now}
        mine = self.filter(pk=entity_slug)
        if not mine.update(**changes):
            _row, is_first = self.get_or_create(pk=entity_slug, defaults={count: 1, moment: now})
            if not is_first:  # another call has just created it
                mine.update(**changes)


class ConnectorHealth(models.Model):
    """The numbers of consecutive calls to an entity that failed or were slow, and when the latest was."""

    entity_slug = models.CharField(max_length=30, primary_key=True)
    state = models.CharField(max_length=6, choices=SEEN_BY_CALLS, default=Availability.OK)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    slow_answers = models.PositiveIntegerField(default=0)
    slow_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectorHealthQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.entity_slug} {self.state}"
