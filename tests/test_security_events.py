"""Security events are in the audit log, once an hour, without saying who was concerned."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django.fixtures import Settings

from accesses.connectors import connector
from clave.models import Method
from clave.pin import upstream
from foundation.audit.verification import verify
from foundation.http.errors import NoResponse
from foundation.models import AuditEntry
from foundation.vault import SealBroken, blind_indexes, check_keysets, seal, unseal
from guides.rate_limits import charge
from tests.accesses.test_connectors import a_request, answers
from tests.clave.pin.factories import WRONG, answer, by_app
from tests.factories import ANA, a_device, a_user, a_validation
from tests.live_sandbox import LiveSandbox

pytestmark = pytest.mark.django_db


def recorded() -> list[tuple[str, dict[str, Any]]]:
    return [(entry.action, entry.content) for entry in AuditEntry.objects.after(0)]


def try_wrongly(times: int) -> None:
    device = a_device()
    user = a_user(device)
    for _time in range(times):
        upstream.verify_app(a_validation(device, user, Method.PIN_APP), *WRONG)


def nobody_is_named() -> bool:
    """Return whether neither the number nor any blind index of it is in the log."""
    text = "".join(f"{e.actor}{e.target}{e.detail}" for e in AuditEntry.objects.after(0))
    hidden = [index.hex() for index in blind_indexes(ANA, "identity")]
    return ANA not in text and not any(index in text for index in hidden)


def test_an_identity_whose_tries_are_used_up(live_sandbox: LiveSandbox, settings: Settings) -> None:
    settings.TRIES_PER_IDENTITY_PER_DAY = 2
    try_wrongly(4)
    assert recorded() == [("identity.tries_exhausted", {"stranger": True})]
    assert nobody_is_named()
    assert verify().fault is None


def test_an_assertion_that_is_rejected(live_sandbox: LiveSandbox) -> None:
    answer(live_sandbox, {"assertion": "a.b.c", "valid_until": "2030-01-01T00:00:00Z"}, operation="verifications")
    upstream.verify_app(by_app(), *WRONG)
    assert recorded() == [("clave.assertion_refused", {"reason": "unreadable"})]


def test_a_body_that_sends_us_elsewhere(live_sandbox: LiveSandbox) -> None:
    answers(live_sandbox, 202, {"status_url": "http://169.254.169.254/latest", "progress": 1, "stage": "a"})
    for _twice in range(2):
        with pytest.raises(NoResponse):
            connector().run(a_request("dgt/puntos"))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("connector.other_origin", "procedure:dgt/puntos")


def test_a_cell_in_another_place() -> None:
    cell = seal("Ana", f"accounts.ClaveUser.alias_cell:{uuid4()}")
    for _twice in range(2):
        with pytest.raises(SealBroken):
            unseal(cell, f"accounts.ClaveUser.alias_cell:{uuid4()}")
    assert AuditEntry.objects.get().action == "vault.cell_broken"


def test_a_key_set_that_is_none(settings: Settings) -> None:
    settings.VAULT_CELL_KEYS = "none"
    with pytest.raises(ImproperlyConfigured):
        check_keysets()
    assert recorded() == [("vault.keyset_unusable", {"setting": "VAULT_CELL_KEYS"})]


def test_somebody_who_sends_too_many_questions(settings: Settings) -> None:
    settings.QUESTIONS_PER_ADDRESS_PER_HOUR = 1
    for number in range(4):
        charge("192.0.2.1", f"a{number}@example.com")
    assert recorded() == [("questions.limit_reached", {"limit": "address"})]


def test_a_catalogue_that_is_loaded_by_command() -> None:
    call_command("load_catalogue", verbosity=0)
    [(action, content)] = recorded()
    assert action == "catalogue.loaded"
    assert content["procedures"]
