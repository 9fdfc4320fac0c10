"""What an operator has set something that people use to: available, degraded or closed, with a notice and an end."""

from collections.abc import Mapping
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import languages
from foundation.models.revisions import Revisioned
from foundation.rendering.humanize import humanize_datetime


class SwitchState(models.TextChoices):
    AVAILABLE = "available", gettext_lazy("disponible")
    DEGRADED = "degraded", gettext_lazy("con problemas")
    CLOSED = "closed", gettext_lazy("cerrado")


AVAILABLE = {"state": SwitchState.AVAILABLE, "until": None, **dict.fromkeys(languages.columns("notice"), "")}
"""The values of a switch that is not in use (subclasses translate the notice)."""


class SwitchQuerySet(models.QuerySet["Switch"]):
    def unavailable(self) -> Self:
        """Return the switches that are degraded or closed now."""
        return self.exclude(state=SwitchState.AVAILABLE).filter(Q(until=None) | Q(until__gt=timezone.now()))

    def reset_expired(self) -> int:
        """Set switches whose end has passed back to available; return how many there were."""
        expired = self.exclude(state=SwitchState.AVAILABLE).filter(until__lte=timezone.now())
        return expired.update(**AVAILABLE, revision=F("revision") + 1, changed_at=timezone.now())

    def set_state(self, key: Mapping[str, Any], revision: int, **values: Any) -> bool:
        """Set the switch that ``key`` identifies, creating it at revision 0; return False when it has changed since."""
        mine = self.filter(**key)
        if mine.filter(revision=revision).update(**values, revision=F("revision") + 1, changed_at=timezone.now()):
            return True
        if revision or mine.exists():
            return False
        try:
            with transaction.atomic():
                self.create(**key, **values, revision=1)
        except IntegrityError:  # another operator has just created it
            return False
        return True


class Switch(Revisioned):
    """``until`` is when it becomes available again; ``notice`` is shown to people. No row means available."""

    state = models.CharField(
        gettext_lazy("estado"), max_length=9, choices=SwitchState.choices, default=SwitchState.AVAILABLE
    )
    notice = models.CharField(gettext_lazy("qué se dice a la gente"), max_length=200, blank=True, default="")
    until = models.DateTimeField(gettext_lazy("hasta"), null=True, blank=True)
    changed_at = models.DateTimeField(gettext_lazy("cambiado"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def state_now(self) -> SwitchState:
        """The state at this moment, whether or not an end that has passed has been stored yet."""
        is_over = self.until is not None and self.until <= timezone.now()
        return SwitchState.AVAILABLE if is_over else SwitchState(self.state)

    @property
    def is_closed(self) -> bool:
        return self.state_now == SwitchState.CLOSED

    @property
    def is_degraded(self) -> bool:
        return self.state_now == SwitchState.DEGRADED

    @property
    def status(self) -> str:
        """The state in a few words, with its end: "Cerrado hasta el martes 3 a las 8:00"."""
        if not self.is_closed:
            return _("Con problemas") if self.is_degraded else _("Disponible")
        if self.until is None:
            return _("Cerrado por ahora")
        return _("Cerrado hasta %(moment)s") % {"moment": humanize_datetime(self.until)}

    @property
    def end(self) -> str:
        """The end in words; ``""`` when none is set."""
        return humanize_datetime(self.until) if self.until else ""
