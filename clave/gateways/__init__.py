"""The gateway in use, chosen by the settings at each call."""

from django.conf import settings

from clave.gateways.base import Gateway
from clave.gateways.http import HttpGateway
from clave.gateways.outage import OutageGateway

__all__ = ["gateway"]


def gateway() -> Gateway:
    """Return the HTTP gateway, or the outage when ``CLAVE_URL`` is empty."""
    if not settings.CLAVE_URL:
        return OutageGateway()
    return HttpGateway(settings.CLAVE_URL, settings.CLAVE_TOKEN)
