"""Alerts: one e-mail when a body fails too often, one when it works again, none for what it did not cause."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from accesses.failures import Failure
from accesses.models import ConnectorProfile
from backoffice.connectors.outage_alerts import recent_failed_accesses
from backoffice.connectors.tasks import watch_entities
from backoffice.models import Outage
from procedures.models import ProcedureVersion
from tests.backoffice.access_factory import People, moment
from tests.factories import a_device, a_user, a_version

pytestmark = pytest.mark.django_db

THRESHOLD = 3
NOON = moment("2026-11-20")
TO = ["guardia@tramites.example"]


@pytest.fixture(autouse=True)
def _alerted(settings: Settings) -> None:
    settings.ALERT_EMAILS = TO


@pytest.fixture
def people() -> People:
    device = a_device()
    return People(device, a_user(device))


@pytest.fixture
def version() -> ProcedureVersion:
    version = a_version()
    ConnectorProfile.objects.create(entity=version.procedure.entity, alert_failures=THRESHOLD)
    return version


def fail(people: People, version: ProcedureVersion, times: int, failure: Failure = Failure.AWAY) -> None:
    """Create accesses that failed a minute ago."""
    for _number in range(times):
        people.finish(version, timezone.now() - timedelta(minutes=3), failure=failure)


def later(**time: int) -> "time_machine.travel":
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


def look() -> int:
    return int(watch_entities.call())


@time_machine.travel(NOON, tick=False)
def test_one_email_goes_out_when_failures_reach_the_threshold(people: People, version: ProcedureVersion) -> None:
    fail(people, version, THRESHOLD - 1)
    assert look() == 0
    fail(people, version, 1)
    assert look() == 1
    with later(minutes=1):
        fail(people, version, 5)
        assert look() == 0
    (letter,) = mail.outbox
    assert letter.to == TO
    assert letter.subject == "Tráfico está fallando"
    assert "3 trámites" in letter.body
    assert ConnectorProfile.objects.get().alerted_at == NOON


@time_machine.travel(NOON, tick=False)
def test_one_email_goes_out_when_somebody_has_a_result_again(people: People, version: ProcedureVersion) -> None:
    fail(people, version, THRESHOLD)
    look()
    with later(minutes=30):
        assert look() == 0  # nobody has tried, and silence proves nothing
        people.finish(version, timezone.now() - timedelta(minutes=5))
        assert look() == 1
        assert look() == 0
    assert [letter.subject for letter in mail.outbox] == ["Tráfico está fallando", "Tráfico vuelve a responder"]
    assert Outage.objects.get().ended_at


@time_machine.travel(NOON, tick=False)
def test_a_body_that_fails_and_recovers_is_reported_once_an_hour(people: People, version: ProcedureVersion) -> None:
    fail(people, version, THRESHOLD)
    look()
    with later(minutes=20):
        people.finish(version, timezone.now() - timedelta(minutes=5))
        look()
        fail(people, version, THRESHOLD)
        assert look() == 0
    with later(minutes=61):
        fail(people, version, THRESHOLD)
        assert look() == 1
    assert Outage.objects.count() == 2


@time_machine.travel(NOON, tick=False)
def test_failures_that_the_body_did_not_cause_do_not_count(people: People, version: ProcedureVersion) -> None:
    for failure in (Failure.REFUSED, Failure.LEVEL, Failure.NOT_STORED, Failure.QUOTA_EXCEEDED, Failure.LOST):
        fail(people, version, THRESHOLD, failure)
    with later(minutes=-90):
        fail(people, version, THRESHOLD)
    assert look() == 0
    assert not Outage.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_a_threshold_of_zero_sends_no_alert_and_without_profile_the_default_applies(people: People) -> None:
    version = a_version()
    fail(people, version, 10)
    profile = ConnectorProfile.objects.create(entity=version.procedure.entity, alert_failures=0)
    assert look() == 0
    profile.delete()
    assert look() == 1


@time_machine.travel(NOON, tick=False)
def test_an_email_that_could_not_be_sent_is_sent_a_minute_later(
    people: People, version: ProcedureVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise ConnectionRefusedError

    fail(people, version, THRESHOLD)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", down)
        assert look() == 0
    assert look() == 1


@time_machine.travel(NOON, tick=False)
def test_without_recipients_an_outage_is_recorded_all_the_same(
    people: People, version: ProcedureVersion, settings: Settings
) -> None:
    settings.ALERT_EMAILS = []
    fail(people, version, THRESHOLD)
    assert look() == 0
    assert Outage.objects.get().failures == THRESHOLD


@time_machine.travel(NOON, tick=False)
def test_two_who_see_the_same_outage_begin_one(people: People, version: ProcedureVersion) -> None:
    entity = version.procedure.entity
    begun = [Outage.objects.begin(entity, 3) for _who in range(2)]
    assert begun[0] is not None
    assert begun[1] is None
    assert [begun[0].claim_report(Outage.BEGIN_REPORT) for _request in range(2)] == [True, False]


def test_recent_failures_are_found_by_the_index_on_their_end() -> None:
    """With millions of rows, the database must not scan every access ever made."""
    if connection.vendor == "postgresql":  # it prefers to scan a small table
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "accesses_finished" in recent_failed_accesses().explain()
