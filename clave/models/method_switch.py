"""The operator's word on whether a method of identification can be used."""

from django.db import models

from foundation.methods import Method
from foundation.models import Switch, SwitchQuerySet


class MethodSwitch(Switch):
    """What an operator says of a method; the method is the primary key."""

    method = models.CharField(max_length=8, choices=Method.choices, primary_key=True)

    objects = SwitchQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # whoever may change the operator's other switches may change these

    def __str__(self) -> str:
        return f"{self.method}: {self.state}"
