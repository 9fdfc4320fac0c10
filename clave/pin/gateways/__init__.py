"""The gateway in use, built from the settings on each call."""

from django.conf import settings

from clave.pin.gateways.base import Gateway
from clave.pin.gateways.http import HttpGateway

__all__ = ["gateway"]


def gateway() -> Gateway:
    return HttpGateway(settings.CLAVE_URL, settings.CLAVE_TOKEN)
