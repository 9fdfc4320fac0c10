"""The operator's word on whether a body or a procedure is available: what calls have seen stands in ``health``."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.revisions import Revisioned
from procedures.models.catalogue import Entity, Procedure


class SwitchState(models.TextChoices):
    AVAILABLE = "available", _("disponible")
    DEGRADED = "degraded", _("con problemas")
    CLOSED = "closed", _("cerrado")


class OperatorSwitch(Revisioned):
    """What an operator says of an entity or of a procedure; without a row, it is available.

    ``until`` ends what is degraded or closed; ``notice`` is said to people, in place of a sentence of the portal's.
    """

    entity = models.OneToOneField(
        Entity, on_delete=models.CASCADE, null=True, blank=True, related_name="switch", verbose_name=_("organismo")
    )
    procedure = models.OneToOneField(
        Procedure, on_delete=models.CASCADE, null=True, blank=True, related_name="switch", verbose_name=_("trámite")
    )
    state = models.CharField(_("estado"), max_length=9, choices=SwitchState.choices, default=SwitchState.AVAILABLE)
    notice = models.CharField(_("qué se dice a la gente"), max_length=200, blank=True, default="")
    until = models.DateTimeField(_("hasta"), null=True, blank=True)
    changed_at = models.DateTimeField(_("cambiado"), auto_now=True)

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
