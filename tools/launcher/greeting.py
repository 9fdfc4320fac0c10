"""Whether the portal answers, and the lines that then say where everything is."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from tools.launcher.addresses import Addresses


def is_alive(origin: str, authority: Path | None = None) -> bool:
    """Return whether the portal answers; over HTTPS, with a certificate of this authority."""
    trust = ssl.create_default_context(cafile=authority) if authority else None
    try:
        with urlopen(f"{origin}/salud/vivo", timeout=2, context=trust) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


def greeting(addresses: Addresses, secrets: Mapping[str, str], authority: Path | None = None) -> str:
    """Return what is printed once the portal answers: addresses, staff user, and what to try."""
    lines = [
        "",
        f"  Trámites      {addresses.portal}/",
        f"  Sandbox       {addresses.sandbox}/  (stands in for Cl@ve, the phones and the public bodies)",
        f"  Back office   {addresses.portal}/gestion/  "
        f"user {secrets['STAFF_USER']}, password {secrets['STAFF_PASSWORD']}, code: make staff-code",
    ]
    portal, sandbox = addresses.in_network
    if portal:
        lines.append(f"  From a phone  {portal}/  (in the same network)")
        lines.append(f"  From another  {sandbox}/  (the sandbox, best on a second phone)")
    if authority:
        lines.append(f"  Authority     {authority}  (the phone must trust it: docs/phone.md)")
    return "\n".join([*lines, "", *_what_to_try(addresses.sandbox), "", "  Ctrl-C stops everything.", ""])


def _what_to_try(sandbox: str) -> list[str]:
    """Name a fictional person for whom everything works."""
    wanted = {"kind": "dni", "level": "advanced", "blocked": False, "registered": True, "has_data": True}
    try:
        with urlopen(f"{sandbox}/api/people", timeout=2) as answer:  # noqa: S310 - our own address
            people = [person for person in json.load(answer) if wanted.items() <= person.items()]
        number, issued = next((one["document_number"], one["issue_date"]) for one in people if one.get("issue_date"))
    except (OSError, HTTPException, ValueError, StopIteration):
        return ["  Try: choose Cl@ve PIN, Seguridad Social, «Informe de vida laboral»; people stand in the sandbox."]
    return [
        f"  Try: choose Cl@ve PIN, Seguridad Social, «Informe de vida laboral», DNI {number}, SMS, issued "
        f"{date.fromisoformat(issued):%d/%m/%Y}.",
        f"  The PIN arrives on the phone: {sandbox}/phones/{number}/  (its app gives a PIN too)",
    ]
