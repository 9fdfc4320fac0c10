"""The operator's switch for each validation method."""

from django.db import models

from foundation.methods import Method
from foundation.models import Switch, SwitchQuerySet


class MethodSwitch(Switch):
    """Availability of a method, as set by an operator; the method is the primary key."""

    method = models.CharField(max_length=8, choices=Method.choices, primary_key=True)

    objects = SwitchQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # covered by the permission for the operator's other switches

    def __str__(self) -> str:
        return f"{self.method}: {self.state}"
