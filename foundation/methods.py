"""The methods by which Cl@ve validates an identity; each procedure accepts some of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Method(models.TextChoices):
    PIN_APP = "pin_app", _("APP Cl@ve PIN")
    SMS = "sms", _("SMS")
