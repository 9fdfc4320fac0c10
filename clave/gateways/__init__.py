"""The gateway in use, chosen by settings when it is called."""

from django.conf import settings

from clave.gateways.base import Gateway
from clave.gateways.http import HttpGateway
from clave.gateways.outage import OutageGateway

__all__ = ["gateway"]


def gateway() -> Gateway:
    """The HTTP gateway, or the outage when no address is set."""
    if not settings.CLAVE_URL:
        return OutageGateway()
    return HttpGateway(settings.CLAVE_URL, settings.CLAVE_TOKEN)
