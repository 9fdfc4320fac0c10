"""The network address that a request comes from, as far as it can be trusted.

Threat: anybody can send ``X-Forwarded-For``; only the last entries, which our own proxies add, count. Their number is
allauth's setting, so that its limits and ours apply to the same address.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_HOUSEHOLD = 64
"""Prefix length that one IPv6 connection is assigned; it may use any address in there."""


def client_address(request: HttpRequest) -> str:
    """Return the IPv4 address or the IPv6 network (``2001:db8:1:2::/64``) of the client.

    ``""`` when no valid address is known: all such clients then share their limits.
    """
    try:
        address = ipaddress.ip_address(_reported_address(request))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), IPV6_HOUSEHOLD), strict=False))


def _reported_address(request: HttpRequest) -> str:
    address: str = request.META.get("REMOTE_ADDR", "")
    if proxies := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        address = forwarded[-min(proxies, len(forwarded))].strip() or address
    return address
