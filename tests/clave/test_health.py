"""The warning that Cl@ve is not responding, shown before people start."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clave.health import forget_health, is_degraded
from clave.models import GatewayHealth, Method
from clave.models.gateway_health import FAILURES, REMEMBERED
from clave.pin import upstream
from tests.factories import a_device, a_user, a_validation, a_version, an_access
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, text_of

pytestmark = pytest.mark.django_db
SAID = "Cl@ve no responde bien"


def fail(times: int = FAILURES) -> None:
    for _time in range(times):
        GatewayHealth.objects.call_failed()
    forget_health()


def test_one_failure_is_not_told_and_two_in_a_row_are() -> None:
    fail(FAILURES - 1)
    assert not is_degraded()
    fail(1)
    assert is_degraded()


def test_an_answer_ends_it() -> None:
    fail()
    GatewayHealth.objects.call_answered()
    forget_health()
    assert not is_degraded()


def test_it_is_forgotten_when_nobody_has_tried_for_long() -> None:
    fail()
    with time_machine.travel(timezone.now() + REMEMBERED + timedelta(seconds=1)):
        forget_health()
        assert not is_degraded()


@pytest.mark.parametrize(("fault", "told"), [("reset", True), ("error", True), ("slow", False)])
def test_what_the_checks_see_is_what_is_told(live_sandbox: LiveSandbox, fault: str, told: bool) -> None:
    live_sandbox.fail("clave", fault, seconds=0)
    device = a_device()
    for _time in range(FAILURES):
        upstream.verify_app(a_validation(device, a_user(device), Method.PIN_APP), "AAAA", "AAA")
    forget_health()
    assert is_degraded() == told


def test_it_is_said_before_anybody_begins_and_at_the_choice_of_user_and_method(client: PageClient) -> None:
    version, device = a_version(), a_device(client)
    access = an_access(device, version, user=a_user(device))
    validation = a_validation(device, a_user(device), purpose=access.purpose)
    paths = ("/tramites/dgt/puntos/empezar/", f"/accesos/{access.pk}/usuario/", f"/clave/{validation.pk}/metodo/")
    assert not any(SAID in text_of(client.get(path)) for path in paths[:1])
    fail()
    for path in paths:
        assert SAID in text_of(client.get(path, follow=True)), path


def test_parallel_first_failures_make_one_row() -> None:
    fail(3)
    assert GatewayHealth.objects.count() == 1
