"""Validations by each method, valid and invalid input for them, and control over what Cl@ve answers."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clave.limits.allowance import Allowance, allowance_of_next
from clave.models import Method, Validation
from clave.pin import upstream
from clave.pin.gateways.base import Contrast
from tests.factories import ANA, a_device, a_user, a_validation
from tests.live_sandbox import LiveSandbox

WRONG = ("AAAA", "AAA")
"""A code and PIN that no app has issued."""
WRONG_DATE = "01/01/1999"


def by_app(client: Client | None = None, **changes: Any) -> Validation:
    device = a_device(client)
    return a_validation(device, a_user(device), Method.PIN_APP, **changes)


def by_sms(client: Client | None = None, number: str = ANA, **changes: Any) -> Validation:
    device = a_device(client)
    return a_validation(device, a_user(device, number), Method.SMS, **changes)


def with_sms(sandbox: LiveSandbox, client: Client | None = None) -> Validation:
    """Return a validation whose SMS has been sent."""
    validation = by_sms(client)
    upstream.request_sms(validation, contrast_of(sandbox))
    return after(validation)


def with_pin(client: Client | None = None, **changes: Any) -> Validation:
    """Return a validation that looks as if its SMS had been sent, without calling Cl@ve."""
    lasting = {"request_id": "asked", "phone_ending": "78", "operation": "sms_request"}
    return by_sms(client, **{**lasting, "pin_expires_at": timezone.now() + timedelta(minutes=10), **changes})


def after(validation: Validation) -> Validation:
    """Return the validation as it now stands in the database."""
    return Validation.objects.select_related("user").get(pk=validation.pk)


def next_allowance(validation: Validation) -> Allowance:
    """Return what another validation of the same person on the same device would allow."""
    return allowance_of_next(after(validation))


def step_url(validation: Validation, step: str) -> str:
    return reverse(f"clave:{step}", args=[validation.pk])


def contrast_of(sandbox: LiveSandbox, document: str = ANA) -> Contrast:
    person = sandbox.person(document_number=document)
    if person["kind"] == "dni":
        return Contrast("issue_date", person["issue_date"])
    return Contrast("support_number", person["support_number"])


def typed_date(sandbox: LiveSandbox, document: str = ANA) -> str:
    """Return the issue date of a DNI as its holder types it, ``dd/mm/yyyy``."""
    return "/".join(reversed(contrast_of(sandbox, document).value.split("-")))


def pin_of(sandbox: LiveSandbox, document: str = ANA) -> str:
    """Return the PIN in the latest SMS."""
    return str(sandbox.messages(document)[0]["pin"])


def answer(sandbox: LiveSandbox, body: object, *, status: int = 200, **options: Any) -> None:
    """Make Cl@ve answer exactly this: text verbatim, anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    encoded = base64.b64encode(text.encode()).decode()
    sandbox.fail("clave", "answer", status=status, headers=headers, body_base64=encoded, **options)


def fail_all(sandbox: LiveSandbox, *faults: dict[str, Any]) -> None:
    """Set several faults on Cl@ve; the first that matches a call applies."""
    listed = [{"target": "clave", **fault} for fault in faults]
    sandbox.http.put(f"{sandbox.url}/api/faults", json=listed, timeout=5).raise_for_status()


@contextmanager
def all_call_slots_taken() -> Iterator[None]:
    """Occupy every slot that this process has for calls to Cl@ve."""
    slots = upstream._call_slots()
    taken = [slots.acquire(blocking=False) for _slot in range(settings.CLAVE_CALLS_AT_ONCE)]
    try:
        yield
    finally:
        for _slot in taken:
            slots.release()
