"""Where the portal and the sandbox will listen, and what each process is told of it."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path


class CannotListen(Exception):
    """A host or port that cannot be used; the message is the sentence to show."""


@dataclass(frozen=True)
class Addresses:
    """A host name or address to listen on, two ports of it, and whether the portal speaks HTTPS (the sandbox never)."""

    host: str
    port: int
    sandbox_port: int
    tls: bool = False

    @classmethod
    def from_environment(cls) -> Addresses:
        """Read `HOST`, `PORT`, `SANDBOX_PORT` and `TLS`; raises `CannotListen` for what is no port."""
        host, tls = (
            os.environ.get("HOST") or "127.0.0.1",
            os.environ.get("TLS", "").lower() in ("on", "1", "true", "yes"),
        )
        addresses = cls(host, _port("PORT", 8000), _port("SANDBOX_PORT", 8001), tls)
        if addresses.port == addresses.sandbox_port:
            raise CannotListen(f"PORT and SANDBOX_PORT are both {addresses.port}: the sandbox needs a port of its own.")
        return addresses

    @property
    def portal(self) -> str:
        """The portal as a browser on this machine reaches it, without a slash at the end."""
        return f"{self.scheme}://{_reached(self.host)}:{self.port}"

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"

    @property
    def sandbox(self) -> str:
        return f"http://{_reached(self.host)}:{self.sandbox_port}"

    @property
    def in_network(self) -> tuple[str, str]:
        """Portal and sandbox as other devices reach them; empty when only this machine does, or there is no network."""
        seen = address_in_network() if is_every_address(self.host) else ""
        if not seen:
            return "", ""
        return f"{self.scheme}://{seen}:{self.port}", f"http://{seen}:{self.sandbox_port}"

    def check_free(self) -> None:
        """Try both ports; raises `CannotListen` with what to do when one is taken or not allowed."""
        for name, port in (("PORT", self.port), ("SANDBOX_PORT", self.sandbox_port)):
            _try(self.host, port, name)

    def environment(self, data_dir: Path) -> dict[str, str]:
        """What every process of the Procfile is told; what the user has set stays as it is."""
        return {
            "HOST": self.host,
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "DATA_DIR": str(data_dir),
            "PORTAL_URL": os.environ.get("PORTAL_URL") or self.portal,
            "SANDBOX_URL": (sandbox := os.environ.get("SANDBOX_URL") or self.sandbox),
            "SANDBOX_PUBLIC_URL": os.environ.get("SANDBOX_PUBLIC_URL") or self.in_network[1] or sandbox,
            "WEB_WORKERS": os.environ.get("WEB_WORKERS") or "2",
            "WEB_THREADS": os.environ.get("WEB_THREADS") or "16",
        }


def address_in_network() -> str:
    """This machine's address as others in its network reach it; empty when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; connecting a datagram socket sends nothing
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def is_every_address(host: str) -> bool:
    """Whether listening on `host` is listening on every address of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _reached(host: str) -> str:
    if is_every_address(host):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise CannotListen(f"{name}={text} is no port: give a number from 1 to 65535.")
    return int(text)


def _try(host: str, port: int, name: str) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise CannotListen(f"HOST={host} is no address of this machine.") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(address)
        except PermissionError:
            raise CannotListen(f"Port {port} needs more rights; choose another: make run {name}=8010") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                free = _free_port(family, str(address[0]), port)
                raise CannotListen(f"Port {port} is taken; choose another: make run {name}={free}") from None
            raise CannotListen(f"HOST={host} cannot be listened on: {error.strerror}.") from None


def _free_port(family: socket.AddressFamily, host: str, port: int) -> int:
    for other in range(port + 10, min(port + 100, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, other))
            except OSError:
                continue
            return other
    return port + 10 if port < 65000 else 8010
