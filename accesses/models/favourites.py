"""The procedures that a device keeps at hand on its home page."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Device
from procedures.models.catalogue import Procedure


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    def owned_by(self, key: bytes) -> Self:
        return self.filter(device__token_hash=key)

    def procedure_ids(self) -> list[int]:
        """Return the procedures in the order in which they were added."""
        return list(self.order_by("created_at", "pk").values_list("procedure_id", flat=True))

    def add(self, device: Device, procedure: Procedure) -> None:
        """Add a favourite, once even when two taps arrive together."""
        self.get_or_create(device=device, procedure=procedure)


class Favourite(models.Model):
    device = models.ForeignKey(Device, on_delete=models.CASCADE)
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE)
    created_at = models.DateTimeField(default=timezone.now)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "procedure"], name="one_favourite_a_procedure")]
        verbose_name = _("favorito")
        verbose_name_plural = _("favoritos")

    def __str__(self) -> str:
        return str(self.procedure_id)
