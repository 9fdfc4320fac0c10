"""PIN, contrast datum and access code pass through and are kept nowhere."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import caches
from django.core.signals import got_request_exception
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.debug import ExceptionReporter

from clave.models import Validation
from tests.clave.pin.factories import after, by_app, by_sms, fail_all, step_url, with_pin
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient

pytestmark = pytest.mark.django_db

PIN, WRONG_PIN, CODE, WRONG_CODE = "Q7Q", "Z7Z", "Q6QX", "Z6ZX"
DATA = {
    "12345678Z": {"issue_date": ("14/03/2021", "15/03/2021")},
    "X1234567L": {"support_number": ("E12345678", "E23232323")},
}
"""The right and a wrong contrast datum of a DNI and of a NIE."""


def spellings(datum: str) -> set[str]:
    """Return a datum as typed, as sent, and without separators."""
    if "/" not in datum:
        return {datum, datum[1:]}
    day, month, year = datum.split("/")
    return {datum, f"{year}-{month}-{day}", f"{year}{month}{day}", f"{day}{month}{year}"}


class Trail:
    """Everything that a run leaves behind where it could be read later."""

    def __init__(self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pieces: list[str] = []
        self.caplog = caplog
        for logger in ("", *logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=logger)
        for name in ("set", "add", "set_many"):
            monkeypatch.setattr(type(caches["default"]), name, lambda *written, **more: self.note(written, more))

    def note(self, *pieces: object) -> None:
        self.pieces += map(repr, pieces)

    def answered(self, response: Any) -> Any:
        """Note a response's URL, headers and cookies, and return it."""
        self.note(response.request["PATH_INFO"], response.request["QUERY_STRING"])
        self.note(response.headers, response.cookies.output(), getattr(response, "url", ""))
        return response

    def holds(self, secret: str) -> list[str]:
        """Return the noted pieces, database cells and log records that contain the secret."""
        logged = [f"{record.name} {record.getMessage()} {record.exc_text or ''}" for record in self.caplog.records]
        return [piece[:200] for piece in (*self.pieces, *rows(), *logged) if secret in piece]


def rows() -> Iterator[str]:
    """Yield every cell of every table, with bytes decoded as they are."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own table names
            for row in cursor.fetchall():
                for cell in row:
                    is_bytes = isinstance(cell, bytes | memoryview)
                    yield f"{table}: {bytes(cell).decode('latin-1') if is_bytes else cell}"


@pytest.fixture
def trail(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trail]:
    with CaptureQueriesContext(connection):  # logs queries with their parameters
        yield Trail(caplog, monkeypatch)


@pytest.fixture
def known_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Cl@ve send a PIN that is easy to search for."""
    monkeypatch.setattr("sandbox.gateway.random_text", lambda length: PIN)


@pytest.mark.usefixtures("known_pin")
@pytest.mark.parametrize("number", DATA)
def test_an_sms_and_its_pin_leave_no_trace(
    client: PageClient, live_sandbox: LiveSandbox, trail: Trail, number: str
) -> None:
    validation = by_sms(client, number)
    ((field, (right, wrong)),) = DATA[number].items()
    trail.answered(client.get(step_url(validation, "contrast")))
    trail.answered(client.post(step_url(validation, "contrast"), {field: wrong + "9"}))
    trail.answered(client.post(step_url(validation, "contrast"), {field: wrong}))
    fail_all(live_sandbox, {"fault": "truncated", "times": 1}, {"fault": "reset", "times": 1})
    for _time in range(2):
        trail.answered(client.post(step_url(validation, "contrast"), {field: right}, follow=True))
        Validation.objects.update(looked_at=None)
    trail.answered(client.get(step_url(validation, "sms_pin")))
    Validation.objects.update(resend_at=timezone.now())
    trail.answered(client.post(step_url(validation, "sms_pin"), {"resend": "1"}))
    for pin in (PIN + PIN, WRONG_PIN, PIN):
        last = trail.answered(client.post(step_url(validation, "sms_pin"), {"pin": pin}))
        assert pin not in last.text
    assert last.url == validation.return_to
    assert live_sandbox.messages(number)[0]["pin"] == PIN
    assert any("urllib3" in record.name for record in trail.caplog.records)
    assert any("UPDATE" in record.getMessage() for record in trail.caplog.records)
    assert trail.holds(str(validation.pk)), "what is no secret is found"
    for secret in (PIN, WRONG_PIN, after(validation).access_code, *spellings(right), *spellings(wrong)):
        assert trail.holds(secret) == []


def test_a_code_and_pin_of_the_app_leave_no_trace(
    client: PageClient, live_sandbox: LiveSandbox, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    validation = by_app(client)
    monkeypatch.setattr("sandbox.phones.random_text", lambda length: CODE if length == len(CODE) else PIN)
    live_sandbox.app_pin("12345678Z")
    for code, pin in ((WRONG_CODE, WRONG_PIN), (CODE + "8", PIN + "8"), (CODE, PIN)):
        last = trail.answered(client.post(step_url(validation, "pin_app"), {"code": code, "pin": pin}))
        assert code not in last.text
        assert pin not in last.text
    assert last.url == validation.return_to
    for secret in (PIN, WRONG_PIN, CODE, WRONG_CODE):
        assert trail.holds(secret) == []


# --- When something breaks --------------------------------------------------------------------------------------------

TYPED = {"pin": PIN, "code": CODE, "issue_date": "14/03/2021"}


class Broken(Exception):
    """An unforeseen defect."""


@contextmanager
def reported() -> Iterator[list[str]]:
    """Collect Django's error reports for developers and administrators."""
    reports: list[str] = []

    def report(request: Any, **_: object) -> None:
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend((reporter.get_traceback_html(), reporter.get_traceback_text()))

    got_request_exception.connect(report)
    try:
        yield reports
    finally:
        got_request_exception.disconnect(report)


@pytest.mark.parametrize("place", ["requests.adapters.HTTPAdapter.send", "clave.models.Validation.begin_check"])
@pytest.mark.parametrize(("key", "make"), [("pin_app", by_app), ("contrast", by_sms), ("sms_pin", with_pin)])
def test_a_report_of_what_broke_holds_nothing_that_was_typed(
    client: PageClient, live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, place: str, key: str, make: Any
) -> None:
    validation = make(client)
    expose(client, monkeypatch, place, step_url(validation, key), validation.access_code)


@pytest.mark.parametrize(
    ("place", "key", "make"),
    [
        ("clave.pin.codes.compact_code", "pin_app", by_app),
        ("clave.pin.codes.compact_code", "sms_pin", with_pin),
        ("clave.pin.contrast.timezone.localdate", "contrast", by_sms),
    ],
)
def test_a_report_of_what_broke_while_reading_holds_nothing_either(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, place: str, key: str, make: Any
) -> None:
    validation = make(client)
    expose(client, monkeypatch, place, step_url(validation, key), validation.access_code)


def expose(client: PageClient, monkeypatch: pytest.MonkeyPatch, place: str, path: str, code: str) -> None:
    """Break the place, submit every secret to the path, and assert that no error report contains one."""

    def broken(*_: object, **__: object) -> None:
        raise Broken

    monkeypatch.setattr(place, broken)
    client.raise_request_exception = False
    with reported() as reports:
        assert client.post(path, TYPED).status_code == 500
    assert len(reports) == 2
    for report in reports:
        assert "Broken" in report
        for secret in (PIN, CODE, *spellings(TYPED["issue_date"]), code):
            assert secret not in report
