"""Choices for a validation's state, method and pending operation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.methods import Method

__all__ = ["LIVE", "Method", "Operation", "State"]


class State(models.TextChoices):
    OPEN = "open", _("abierta")
    CHECKING = "checking", _("comprobando")
    VERIFIED = "verified", _("verificada")
    CONSUMED = "consumed", _("usada")
    FAILED = "failed", _("fallida")
    EXPIRED = "expired", _("caducada")
    ABANDONED = "abandoned", _("abandonada")


LIVE = (State.OPEN, State.CHECKING, State.VERIFIED)


class Operation(models.TextChoices):
    """The call to Cl@ve pending while a validation is *checking*."""

    SMS_REQUEST = "sms_request", "SMS"
    RESEND = "resend", "SMS"
    VERIFICATION = "verification", "PIN"
