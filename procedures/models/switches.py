"""The operator's word on whether a body or a procedure is available: what calls have seen stands in ``health``."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.switches import Switch, SwitchQuerySet, SwitchState
from procedures.models.catalogue import Entity, Procedure
from procedures.models.stamps import CatalogueStamp, Stamp

__all__ = ["OperatorSwitch", "SwitchState"]


class OperatorSwitchQuerySet(SwitchQuerySet):
    def reopen(self) -> int:
        """Have available again what is over, and the catalogue read again if that is news; answers how many."""
        with transaction.atomic():
            reopened = super().reopen()
            if reopened:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return reopened

    def say(self, thing: Mapping[str, Any], revision: int, **values: Any) -> bool:
        """Say this, and have the catalogue read again if nobody has said another thing since ``revision``."""
        with transaction.atomic():
            said = super().say(thing, revision, **values)
            if said:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return said


class OperatorSwitch(Switch):
    """What an operator says of an entity or of a procedure."""

    entity = models.OneToOneField(
        Entity, on_delete=models.CASCADE, null=True, blank=True, related_name="switch", verbose_name=_("organismo")
    )
    procedure = models.OneToOneField(
        Procedure, on_delete=models.CASCADE, null=True, blank=True, related_name="switch", verbose_name=_("trámite")
    )

    objects = OperatorSwitchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entity=None, procedure__isnull=False) | Q(entity__isnull=False, procedure=None),
                name="a_switch_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="available", until=None) | ~Q(state="available"), name="an_end_of_what_is_amiss"
            ),
        ]
        verbose_name = _("interruptor")
        verbose_name_plural = _("interruptores")

    def __str__(self) -> str:
        return f"{self.entity or self.procedure}: {self.get_state_display()}"
