"""What an operator says of something that people use: available, amiss, or closed, with a text and an end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.revisions import Revisioned


class SwitchState(models.TextChoices):
    AVAILABLE = "available", gettext_lazy("disponible")
    DEGRADED = "degraded", gettext_lazy("con problemas")
    CLOSED = "closed", gettext_lazy("cerrado")


AVAILABLE = {"state": SwitchState.AVAILABLE, "until": None, "notice_es": "", "notice_en": ""}
"""The values of a switch that says nothing (its notice is written in each language)."""


class SwitchQuerySet(models.QuerySet["Switch"]):
    def amiss(self) -> Self:
        """Those that are not available now."""
        return self.exclude(state=SwitchState.AVAILABLE).filter(Q(until=None) | Q(until__gt=timezone.now()))

    def reopen(self) -> int:
        """Have available again what is over; answers how many."""
        over = self.exclude(state=SwitchState.AVAILABLE).filter(until__lte=timezone.now())
        return over.update(**AVAILABLE, revision=F("revision") + 1, changed_at=timezone.now())

    def say(self, thing: Mapping[str, Any], revision: int, **values: Any) -> bool:
        """Say this of the thing (the key that names it), unless somebody has said another thing since ``revision``."""
        mine = self.filter(**thing)
        if mine.filter(revision=revision).update(**values, revision=F("revision") + 1, changed_at=timezone.now()):
            return True
        if revision or mine.exists():
            return False
        try:
            with transaction.atomic():
                self.create(**thing, **values, revision=1)
        except IntegrityError:  # somebody has said the first thing of it just now
            return False
        return True


class Switch(Revisioned):
    """``until`` ends what is amiss; ``notice`` is said to people. Without a row, a thing is available."""

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
        """What it says at this moment, be its end written down yet or not."""
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
        """Its state in a few words, with its end: "Cerrado hasta el martes 3 a las 8:00"."""
        if not self.is_closed:
            return _("Con problemas") if self.is_degraded else _("Disponible")
        if self.until is None:
            return _("Cerrado por ahora")
        return _("Cerrado hasta %(moment)s") % {"moment": spoken(self.until)}

    @property
    def end(self) -> str:
        """When it ends, as it is said; nothing where that is not known."""
        return spoken(self.until) if self.until else ""


def spoken(moment: datetime) -> str:
    """A moment as it is said: "el martes 3 a las 8:00", with its month, or year, where it is another.

    Never "today": the pages that say it are kept.
    """
    local, now = timezone.localtime(moment), timezone.localtime()
    pattern = _("l j")
    if (local.year, local.month) != (now.year, now.month):
        pattern = _("l j \\d\\e F") if local.year == now.year else _("l j \\d\\e F \\d\\e Y")
    return _("el %(day)s a las %(time)s") % {
        "day": formats.date_format(local, pattern),
        "time": formats.date_format(local, "G:i"),
    }
