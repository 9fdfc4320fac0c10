"""The network address that a request comes from, as far as it can be trusted.

Threat: ``X-Forwarded-For`` is written by anybody; only the last entries, which our own proxies add, count. How many
those are is allauth's setting, so that both limit the same address.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_HOUSEHOLD = 64
"""Prefix length of what one IPv6 connection is given: it may use any address in there."""


def client_address(request: HttpRequest) -> str:
    """Return the IPv4 address or the IPv6 network (``2001:db8:1:2::/64``) of the client.

    ``""`` when no valid address is known: all such clients then share their limits.
    """
    try:
        address = ipaddress.ip_address(_told_address(request))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), IPV6_HOUSEHOLD), strict=False))


def _told_address(request: HttpRequest) -> str:
    told: str = request.META.get("REMOTE_ADDR", "")
    if proxies := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        told = forwarded[-min(proxies, len(forwarded))].strip() or told
    return told
