"""The operator's switches of entities and procedures; what calls have shown is in ``health``."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models import Switch, SwitchQuerySet, SwitchState
from procedures.models.catalogue import Entity, Procedure
from procedures.models.stamps import CatalogueStamp, Stamp

__all__ = ["OperatorSwitch", "SwitchState"]


class OperatorSwitchQuerySet(SwitchQuerySet):
    def reset_expired(self) -> int:
        """Reset the switches whose end has passed, and have the availability reread if there were any."""
        with transaction.atomic():
            reset = super().reset_expired()
            if reset:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return reset

    def set_state(self, key: Mapping[str, Any], revision: int, **values: Any) -> bool:
        """Set the switch, and have the availability reread; return False when it has changed since ``revision``."""
        with transaction.atomic():
            is_set = super().set_state(key, revision, **values)
            if is_set:
                CatalogueStamp.bump(Stamp.AVAILABILITY)
        return is_set


class OperatorSwitch(Switch):
    """The switch of either an entity or a procedure."""

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
                condition=Q(state="available", until=None) | ~Q(state="available"),
                name="an_available_switch_has_no_end",
            ),
        ]
        verbose_name = _("interruptor")
        verbose_name_plural = _("interruptores")

    def __str__(self) -> str:
        return f"{self.entity or self.procedure}: {self.get_state_display()}"
