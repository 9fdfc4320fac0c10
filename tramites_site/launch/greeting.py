"""Waiting for the portal to answer, and the lines that then say where everything is."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from tramites_site.launch.addresses import Addresses

PATIENCE = 60.0  # seconds until a start that does not answer is remarked on


def is_alive(address: str, authority: Path | None = None) -> bool:
    """Whether the portal at this address answers that it lives; over HTTPS, with a certificate of this authority."""
    trust = ssl.create_default_context(cafile=authority) if authority else None
    try:
        with urlopen(Request(f"{address}/salud/vivo"), timeout=5, context=trust) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException, URLError):
        return False


def wait_until_alive(address: str, ending: threading.Event, authority: Path | None = None) -> bool:
    """Ask until the portal answers; false when that took too long or everything has been stopped meanwhile."""
    end = time.monotonic() + PATIENCE
    while not ending.wait(0.05) and time.monotonic() < end:
        if is_alive(address, authority):
            return True
    return False


def greeting(addresses: Addresses, secrets: Mapping[str, str], authority: Path | None = None) -> str:
    """What is printed once the portal answers: addresses, staff user, and what to try."""
    staff = f"user {secrets['STAFF_USER']}, password {secrets['STAFF_PASSWORD']}, code: make staff-code"
    lines = [
        "",
        f"  Trámites      {addresses.portal}/",
        f"  Sandbox       {addresses.sandbox}/  (stands in for Cl@ve, the phones and the public bodies)",
        f"  Back office   {addresses.portal}/gestion/  {staff}",
    ]
    portal, sandbox = addresses.in_network
    if portal:
        lines.append(f"  From a phone  {portal}/  (in the same network)")
        lines.append(f"  From another  {sandbox}/  (the sandbox, best on a second phone)")
    if authority:
        lines.append(f"  Authority     {authority}  (the phone must trust it: docs/phone.md)")
    return "\n".join([*lines, "", *_what_to_try(addresses.sandbox), "", "  Ctrl-C stops everything.", ""])


def _what_to_try(sandbox: str) -> list[str]:
    try:
        with urlopen(f"{sandbox}/api/people", timeout=5) as answer:  # noqa: S310 - our own http address
            person = next(person for person in json.load(answer) if _is_easy(person))
    except (OSError, HTTPException, ValueError, StopIteration):
        return ["  Try: choose Cl@ve PIN, Seguridad Social, «Informe de vida laboral»; people stand in the sandbox."]
    number = person["document_number"]
    issued = date.fromisoformat(person["issue_date"]).strftime("%d/%m/%Y")
    return [
        f"  Try: choose Cl@ve PIN, Seguridad Social, «Informe de vida laboral», DNI {number}, SMS, issued {issued}.",
        f"  The PIN arrives on the phone: {sandbox}/phones/{number}/  (its app gives a PIN too)",
    ]


def _is_easy(person: Mapping[str, object]) -> bool:
    """Whether everything works for this fictional person."""
    fine = person["kind"] == "dni" and person["level"] == "advanced" and not person["blocked"]
    return bool(fine and person["registered"] and person["has_data"] and person.get("issue_date"))
