"""Nothing is called or looked up inside a transaction, and nobody who waits holds a database connection."""

import contextlib
from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from pytest_django.fixtures import Settings

from foundation.http.addresses import look_up_all, origin_of, resolve_urls
from foundation.http.outbound import RequestLimits, send
from foundation.http.responses import Response
from foundation.http.transactions import CalledInTransaction
from tests.foundation.http.hostile import HostileServer, Talk
from tests.foundation.http.resolver import resolves_to

URL = "https://body.example/"


@pytest.fixture
def server(settings: Settings) -> Iterator[HostileServer]:
    with contextlib.closing(HostileServer()) as running:
        settings.SANDBOX_URL = f"http://127.0.0.1:{running.port}"
        running.does(lambda talk: talk.answer(b""))
        yield running


def call(server: HostileServer) -> Response:
    return send("GET", f"http://127.0.0.1:{server.port}/", headers={}, limits=RequestLimits())


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_during_a_call(server: HostileServer) -> None:
    database, held = connections["default"], []
    database.ensure_connection()

    def act(talk: Talk) -> None:
        held.append(database.connection)
        talk.answer(b"")

    server.does(act)
    call(server)
    assert held == [None]


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_a_name_is_looked_up() -> None:
    database = connections["default"]
    database.ensure_connection()
    look_up_all([("127.0.0.1", 443)])
    assert database.connection is None


@pytest.mark.django_db
def test_the_transaction_of_a_test_is_not_cut_by_a_call(server: HostileServer) -> None:
    call(server)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.parametrize("savepoint", [True, False])
def test_inside_a_transaction_nothing_is_called(server: HostileServer, savepoint: bool) -> None:
    with transaction.atomic(), transaction.atomic(savepoint=savepoint), pytest.raises(CalledInTransaction):
        call(server)
    assert server.connections == 0
    assert call(server).status == 200


@pytest.mark.django_db(transaction=True)
def test_inside_the_only_transaction_nothing_is_called(server: HostileServer) -> None:
    with transaction.atomic(), pytest.raises(CalledInTransaction):
        call(server)
    assert server.connections == 0
    assert call(server).status == 200


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolves_to(monkeypatch, {"body.example": "1.1.1.1"})
    with transaction.atomic():
        origin_of(URL)  # the form may be checked anywhere
        for look in (lambda: look_up_all([("body.example", 443)]), lambda: resolve_urls([URL])):
            with pytest.raises(CalledInTransaction):
                look()
    assert asked == []
    assert resolve_urls([URL]) == {}
    assert asked == ["body.example"]
