"""Where the portal and the sandbox listen, and how they are reached."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from tools.launcher.supervisor import Ended


class CannotListen(Ended):
    """A host or port that cannot be used."""


@dataclass(frozen=True)
class Addresses:
    """The host name or address to listen on, two ports, and whether the portal speaks HTTPS (the sandbox never does)."""

    host: str
    port: int
    sandbox_port: int
    tls: bool = False

    @classmethod
    def from_environment(cls) -> Addresses:
        """Read `HOST`, `PORT`, `SANDBOX_PORT` and `TLS`; raise `CannotListen` for what is no port."""
        port, sandbox_port = _port("PORT", "8000"), _port("SANDBOX_PORT", "8001")
        if port == sandbox_port:
            raise CannotListen(f"PORT and SANDBOX_PORT are both {port}: the sandbox needs a port of its own.")
        tls = os.environ.get("TLS", "").lower() in ("on", "1", "true", "yes")
        return cls(os.environ.get("HOST") or "127.0.0.1", port, sandbox_port, tls)

    @property
    def portal(self) -> str:
        """The portal's origin, as a browser on this machine reaches it."""
        return self._origins("127.0.0.1" if is_every_address(self.host) else self.host)[0]

    @property
    def sandbox(self) -> str:
        return self._origins("127.0.0.1" if is_every_address(self.host) else self.host)[1]

    @property
    def in_network(self) -> tuple[str, str]:
        """Portal and sandbox as other devices reach them; empty when only this machine does, or there is no network."""
        seen = address_in_network() if is_every_address(self.host) else ""
        return self._origins(seen) if seen else ("", "")

    def check_free(self) -> None:
        """Try both ports; raise `CannotListen`, which says what to do, when one is taken or not allowed."""
        for name, port in (("PORT", self.port), ("SANDBOX_PORT", self.sandbox_port)):
            try:
                self._listen(port)
            except OSError as error:
                sentence = f"HOST={self.host} is no address that this machine can listen on."
                if error.errno == errno.EADDRINUSE:
                    sentence = f"Port {port} is taken; choose another: make run {name}={self._listen(0)}"
                elif isinstance(error, PermissionError):
                    sentence = f"Port {port} needs more rights; choose another: make run {name}=8010"
                raise CannotListen(sentence) from None

    def environment(self, data_dir: Path) -> dict[str, str]:
        """Return what every process is told; where an origin is set in the environment, it stays."""
        sandbox = os.environ.get("SANDBOX_URL") or self.sandbox
        seen = os.environ.get("SANDBOX_PUBLIC_URL") or self.in_network[1] or sandbox
        origins = {"PORTAL_URL": os.environ.get("PORTAL_URL") or self.portal, "SANDBOX_URL": sandbox}
        ports = {"HOST": self.host, "PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        return origins | ports | {"SANDBOX_PUBLIC_URL": seen, "DATA_DIR": str(data_dir)}

    def _origins(self, host: str) -> tuple[str, str]:
        name = f"[{host}]" if ":" in host else host
        return f"http{'s' if self.tls else ''}://{name}:{self.port}", f"http://{name}:{self.sandbox_port}"

    def _listen(self, port: int) -> int:
        """Listen for a moment (a port just left allows it) and return the port, which is any free one for 0."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.create_server((self.host, port), family=family) as server:
            return int(server.getsockname()[1])


def address_in_network() -> str:
    """Return this machine's address as others in its network reach it; empty when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; connecting a datagram socket sends nothing
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def is_every_address(host: str) -> bool:
    """Return whether listening on `host` means listening on every address of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _port(name: str, default: str) -> int:
    text = os.environ.get(name) or default
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise CannotListen(f"{name}={text} is no port: give a number from 1 to 65535.")
    return int(text)
