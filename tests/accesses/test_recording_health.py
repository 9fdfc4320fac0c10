"""What running an access records about the health of its body."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError

from accesses import running
from accesses.connectors.base import ConnectorReply, ConnectorRequest, Consultation, Problem
from accesses.models import Access, Outcome
from foundation.http.errors import ErrorReason, NoResponse, NotSent
from procedures.models import Availability, ConnectorHealth
from procedures.models.health import CONSECUTIVE_CALLS
from tests.factories import a_device, a_queued_access, a_version
from tests.live_sandbox import LiveSandbox

pytestmark = pytest.mark.django_db

NOTHING = Consultation({"title": "a", "issued_at": "", "sections": [], "notice": ""})


def state() -> str:
    return ConnectorHealth.objects.states().get("dgt", Availability.OK)


class Body:
    """A connector that always gives the same reply, after the same time."""

    def __init__(self, reply: ConnectorReply | Exception, monkeypatch: pytest.MonkeyPatch, seconds: float = 0) -> None:
        self.reply = reply
        clock = iter(range(10_000))
        monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: next(clock) * seconds))
        monkeypatch.setattr(running, "connector", lambda: self)

    def run(self, request: ConnectorRequest) -> ConnectorReply:
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    def status(self, request: ConnectorRequest, status_url: str) -> ConnectorReply:
        return self.run(request)


@pytest.mark.parametrize(
    ("reply", "seconds", "told"),
    [
        (NotSent(ErrorReason.NOT_CONNECTED), 0, Availability.DOWN),
        (NoResponse(ErrorReason.TIMED_OUT), 0, Availability.DOWN),
        (Problem("", is_passing=True), 0, Availability.DOWN),
        (Problem("No", is_passing=False), 0, Availability.OK),
        (NOTHING, 5.9, Availability.OK),
        (NOTHING, 6.1, Availability.SLOW),
    ],
)
def test_each_call_is_counted(
    monkeypatch: pytest.MonkeyPatch, reply: ConnectorReply | Exception, seconds: float, told: Availability
) -> None:
    version, device = a_version(expected_seconds=2), a_device()
    Body(reply, monkeypatch, seconds)
    for _time in range(CONSECUTIVE_CALLS):
        running.run_once(a_queued_access(device, version).pk)
    assert state() == told


def test_a_result_does_not_depend_on_recording_health(monkeypatch: pytest.MonkeyPatch) -> None:
    access = a_queued_access(a_device(), a_version())
    Body(NOTHING, monkeypatch)

    def away(*_arguments: object, **_options: object) -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr(type(ConnectorHealth.objects), "record_answer", away)
    running.run_once(access.pk)
    assert Access.objects.get().outcome == Outcome.NOTHING


def test_a_body_goes_down_and_recovers(live_sandbox: LiveSandbox) -> None:
    version, device = a_version(), a_device()
    live_sandbox.fail("dgt", "error")
    for _time in range(CONSECUTIVE_CALLS):
        running.run_once(a_queued_access(device, version).pk)
    assert state() == Availability.DOWN
    live_sandbox.work()
    running.run_once(a_queued_access(device, version).pk)
    assert state() == Availability.OK
