"""Which addresses may be called: what an editor writes must not lead into our own network (SSRF).

The form of an address is checked where it is written (``origin_of``), and the host is looked up before it is saved
(``resolve_urls``), never inside a transaction. A call checks the form again, and the peer that it is really connected
to before anything is sent: a name that resolves to another place a moment later leads nowhere. The origins of
``SANDBOX_URL`` and ``CLAVE_URL`` are the operator's own and are trusted as they are.
"""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.http.transactions import release_connections

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

RESOLVE_SECONDS = 3.0
MOST_LOOKUPS = 16


def _networks(*networks: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(network) for network in networks)


NEVER = _networks("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128")
"""Link-local: where the machines of a cloud give their secrets away. No setting allows it."""
SPECIAL = _networks("192.88.99.0/24", "2001:20::/28", "3fff::/20", "fec0::/10")
"""Special purposes that ``ipaddress`` takes for global: 6to4 relays, ORCHIDv2, documentation, site-local."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")


class AddressRefused(ValueError):
    """The address may not be called; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True)
class Origin:
    """Scheme, host (lower case, without a trailing dot) and port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, parts: SplitResult) -> Self | None:
        """Return None when that is no web address."""
        try:
            port = parts.port or _DEFAULT_PORTS[parts.scheme]
        except (ValueError, KeyError):
            return None
        host = unicodedata.normalize("NFKC", parts.hostname or "").replace("\u3002", ".").lower().rstrip(".")
        return cls(parts.scheme, host, port) if host else None

    @property
    def is_trusted(self) -> bool:
        """Whether the operator of the installation has configured it."""
        urls = (settings.SANDBOX_URL, settings.CLAVE_URL)
        return any(url and Origin.of(urlsplit(url)) == self for url in urls)


def origin_of(url: str) -> Origin:
    """Return the origin of an address; raise ``AddressRefused`` when its form alone forbids to call it.

    Nothing is looked up.
    """
    try:
        parts = urlsplit(url)
        origin = Origin.of(parts)
        has_credentials = "@" in parts.netloc
    except ValueError:
        origin, has_credentials = None, False
    if origin is None:
        raise AddressRefused(_("Escribe una dirección entera, que empiece por https://"))
    if has_credentials:
        raise AddressRefused(_("La dirección no puede llevar usuario ni contraseña: van en la conexión del organismo"))
    if not origin.is_trusted:
        _check_form(origin)
    return origin


def _check_form(origin: Origin) -> None:
    if origin.scheme != "https":
        raise AddressRefused(_("La dirección tiene que empezar por https://"))
    if origin.port not in settings.OUTBOUND_PORTS:
        raise AddressRefused(_("No se puede llamar al puerto %(port)d") % {"port": origin.port})
    literal = literal_ip(origin.host)
    if literal is None and not all(_NAME.fullmatch(label) for label in _ascii(origin.host).split(".")):
        raise AddressRefused(_("«%(host)s» no es el nombre de ningún servidor") % {"host": origin.host})
    if literal is None and (origin.host == "localhost" or origin.host.endswith(".localhost")):
        raise AddressRefused(private_network_sentence(origin.host))
    if literal is not None and not may_connect(literal):
        raise AddressRefused(private_network_sentence(origin.host))


def _ascii(host: str) -> str:
    """Return the host as it is looked up; ``""`` when it cannot be."""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def private_network_sentence(host: str) -> str:
    return _("«%(host)s» lleva a una red privada o reservada, y desde aquí no se llama a ninguna") % {"host": host}


def literal_ip(host: str) -> Ip | None:
    """Return the IP address that a host is written as, in any notation that the system reads; None for a name."""
    bare = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare)) if bare and bare[0].isdigit() else None
    except OSError:
        return None


def may_connect(ip: Ip) -> bool:
    """Return whether a machine at this address may be called, and at those that it embeds."""
    return all(_is_allowed(meant) for meant in (ip, *_embedded(ip)))


def _embedded(ip: Ip) -> Iterable[Ip]:
    """Yield the IPv4 addresses that an IPv6 one leads to."""
    if isinstance(ip, ipaddress.IPv6Address):
        candidates = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            candidates.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        yield from (found for found in candidates if found is not None)


def _is_allowed(ip: Ip) -> bool:
    if any(ip in network for network in NEVER):
        return False
    if any(ip in ipaddress.ip_network(network) for network in settings.OUTBOUND_PRIVATE_NETWORKS):
        return True
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip in _NAT64):
        return True  # judged by the address that it embeds
    is_special = ip.is_multicast or ip.is_reserved or any(ip in network for network in SPECIAL)
    return ip.is_global and not is_special


def look_up_all(targets: Collection[tuple[str, int]]) -> dict[tuple[str, int], list[Ip]]:
    """Return the addresses of each host and port that resolves within ``RESOLVE_SECONDS``, looked up in parallel.

    Raise ``CalledInTransaction`` inside a transaction; database connections are given back meanwhile.
    """
    release_connections()
    pool = ThreadPoolExecutor(max_workers=MOST_LOOKUPS)
    pending = {
        pool.submit(socket.getaddrinfo, *target, type=socket.SOCK_STREAM): target for target in dict.fromkeys(targets)
    }
    resolved, _late = wait(pending, RESOLVE_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    found: dict[tuple[str, int], list[Ip]] = {}
    for future in resolved:
        with suppress(OSError, UnicodeError):
            peers = [str(sockaddr[0]).partition("%")[0] for *_rest, sockaddr in future.result()]
            found[pending[future]] = [ipaddress.ip_address(peer) for peer in peers]
    return found


def resolve_urls(urls: Iterable[str]) -> dict[str, str]:
    """Return a sentence for each address whose host leads into a private network now.

    Each host is looked up once. Left out are addresses whose form is wrong (``origin_of`` says so), those that the
    operator has configured, and hosts that do not resolve: they may do so later, and the call checks again.
    """
    origins: dict[str, Origin] = {}
    for url in urls:
        with suppress(AddressRefused):
            origins[url] = origin_of(url)
    found = look_up_all([(origin.host, origin.port) for origin in origins.values() if not origin.is_trusted])
    return {
        url: private_network_sentence(origin.host)
        for url, origin in origins.items()
        if not all(may_connect(ip) for ip in found.get((origin.host, origin.port), []))
    }
