"""Where the portal and the sandbox listen, how they are reached, and the greeting that tells."""

import errno
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from tools.launcher.supervisor import Ended
from tramites_site.local_staff import COLLEAGUES

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
GREETING = """
  Trámites      {portal}/
  Sandbox       {sandbox}/  (stands in for Cl@ve, the phones and the public bodies)
  Back office   {portal}/gestion/  user {user}, password {password}, code: make staff-code
                {colleagues} (publishing takes both): same password, code: make staff-code NAME={example}{more}

  Try: choose Cl@ve PIN, Seguridad Social, «Informe de vida laboral», DNI 12345678Z, SMS, issued 14/03/2021.
  The PIN arrives on the phone: {sandbox}/phones/12345678Z/  (its app gives a PIN too)

  Ctrl-C stops everything.
"""


@dataclass(frozen=True)
class Addresses:
    """The host to listen on, two of its ports, and whether the portal speaks HTTPS (the sandbox never does)."""

    host: str
    port: int
    sandbox_port: int
    tls: bool = False

    @classmethod
    def from_environment(cls) -> "Addresses":
        """Read `HOST`, `PORT`, `SANDBOX_PORT` and `TLS`; raise `Ended` for what is no port."""
        port, sandbox_port = _port("PORT", "8000"), _port("SANDBOX_PORT", "8001")
        if port == sandbox_port:
            raise Ended(f"PORT and SANDBOX_PORT are both {port}: the sandbox needs a port of its own.")
        tls = os.environ.get("TLS", "").lower() in ("on", "1", "true", "yes")
        return cls(os.environ.get("HOST") or "127.0.0.1", port, sandbox_port, tls)

    @property
    def portal(self) -> str:
        """The portal's origin, as a browser on this machine reaches it."""
        return self._origins("127.0.0.1" if self.host in EVERY_ADDRESS else self.host)[0]

    @property
    def sandbox(self) -> str:
        return self._origins("127.0.0.1" if self.host in EVERY_ADDRESS else self.host)[1]

    @property
    def in_network(self) -> tuple[str, str]:
        """Portal and sandbox as other devices reach them; empty when only this machine does, or there is no network."""
        seen = address_in_network() if self.host in EVERY_ADDRESS else ""
        return self._origins(seen) if seen else ("", "")

    def check_free(self) -> None:
        """Try both ports; raise `Ended`, which says what to do, when one is taken or not allowed."""
        for name, port in (("PORT", self.port), ("SANDBOX_PORT", self.sandbox_port)):
            try:
                self._listen(port)
            except PermissionError:
                raise Ended(f"Port {port} needs more rights; choose another: make run {name}=8010") from None
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise Ended(f"HOST={self.host} is no address that this machine can listen on.") from None
                raise Ended(f"Port {port} is taken; choose another: make run {name}={self._listen(0)}") from None

    def environment(self, data_dir: Path) -> dict[str, str]:
        """Return what every process is told; an origin that is set in the environment stays."""
        sandbox = os.environ.get("SANDBOX_URL") or self.sandbox
        seen = os.environ.get("SANDBOX_PUBLIC_URL") or self.in_network[1] or sandbox
        origins = {"PORTAL_URL": os.environ.get("PORTAL_URL") or self.portal, "SANDBOX_URL": sandbox}
        ports = {"HOST": self.host, "PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        return origins | ports | {"SANDBOX_PUBLIC_URL": seen, "DATA_DIR": str(data_dir)}

    def answers(self, authority: Path | None) -> bool:
        """Return whether the portal answers; over HTTPS, with a certificate of this authority."""
        trust = ssl.create_default_context(cafile=authority) if authority else None
        try:
            with urlopen(f"{self.portal}/salud/vivo", timeout=2, context=trust):  # noqa: S310 - our own address
                return True
        except (OSError, HTTPException):  # error statuses among them
            return False

    def greeting(self, secrets: Mapping[str, str], authority: Path | None = None) -> str:
        """Return what is printed once the portal answers: addresses, staff users, and a person to try."""
        (portal, sandbox), more = self.in_network, ""
        if portal:
            more += f"\n  From a phone  {portal}/  (in the same network)"
            more += f"\n  From another  {sandbox}/  (the sandbox, best on a second phone)"
        if authority:
            more += f"\n  Authority     {authority}  (the phone must trust it: docs/phone.md)"
        user, password = secrets["STAFF_USER"], secrets["STAFF_PASSWORD"]
        staff = {"user": user, "password": password, "colleagues": " and ".join(COLLEAGUES), "example": COLLEAGUES[0]}
        return GREETING.format(portal=self.portal, sandbox=self.sandbox, more=more, **staff)

    def _origins(self, host: str) -> tuple[str, str]:
        name = f"[{host}]" if ":" in host else host
        return f"http{'s' if self.tls else ''}://{name}:{self.port}", f"http://{name}:{self.sandbox_port}"

    def _listen(self, port: int) -> int:
        """Listen for a moment, which a port just left allows, and return the port: any free one when 0 is asked for."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.create_server((self.host, port), family=family) as server:
            return int(server.getsockname()[1])


def address_in_network() -> str:
    """Return this machine's address as others in its network reach it; empty when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; connecting a datagram socket sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def _port(name: str, default: str) -> int:
    text = os.environ.get(name) or default
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Ended(f"{name}={text} is no port: give a number from 1 to 65535.")
    return int(text)
