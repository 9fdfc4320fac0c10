"""Liveness and readiness: each thing by its name, and no way to wear them out by asking."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient
from tramites_site.views import health

READY = "/salud/listo"
WELL = {"database": "ok", "cache": "ok", "storage": "ok", "gateway": "ok"}


@pytest.fixture(autouse=True)
def _nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    health._states.forget()


def broken(*_: object, **__: object) -> Any:
    raise DatabaseError("postgres://user:password@host is away")


def test_a_process_that_answers_is_alive_whatever_else_is_not(client: PageClient) -> None:
    """There is no mark for the database on this test: a query would fail it."""
    answer = client.get("/salud/vivo")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_when_all_works_each_says_so(client: PageClient, live_sandbox: LiveSandbox) -> None:
    answer = client.get(READY)
    assert (answer.status_code, answer.json()) == (200, WELL)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("database", "django.db.backends.utils.CursorWrapper.execute"),
        ("cache", "django.core.cache.backends.locmem.LocMemCache.set"),
        ("storage", "django.core.files.storage.FileSystemStorage._save"),
    ],
)
def test_what_does_not_work_is_named_and_the_portal_not_ready(
    client: PageClient,
    live_sandbox: LiveSandbox,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    name: str,
    place: str,
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with monkeypatch.context() as patch:
        patch.setattr(place, broken)
        answer = client.get(READY)
    assert (answer.status_code, answer.json()) == (503, {**WELL, name: "down"})
    assert b"password" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "options"),
    [("error", {}), ("reset", {}), ("redirect", {}), ("hang", {"seconds": 1}), ("answer", {"status": 401})],
)
def test_a_gateway_that_gives_no_keys_is_down(
    client: PageClient, live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch, fault: str, options: dict[str, Any]
) -> None:
    monkeypatch.setattr(health, "GATEWAY_SECONDS", 0.2)
    live_sandbox.fail("clave", fault, **options)
    answer = client.get(READY)
    assert (answer.status_code, answer.json()) == (503, {**WELL, "gateway": "down"})


@pytest.mark.django_db
def test_nobody_at_the_gateways_address_is_down(client: PageClient, settings: Settings) -> None:
    settings.CLAVE_URL = "http://127.0.0.1:9"
    assert client.get(READY).json()["gateway"] == "down"


@pytest.mark.django_db
def test_what_was_just_seen_is_answered_again(
    client: PageClient, live_sandbox: LiveSandbox, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(READY)
    live_sandbox.fail("clave", "error")
    with django_assert_num_queries(0):
        assert client.get(READY).json() == WELL


@pytest.mark.django_db
def test_what_was_seen_a_while_ago_is_looked_at_again(
    client: PageClient, live_sandbox: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(READY)
    monkeypatch.setattr(health, "CACHE_SECONDS", 0)
    live_sandbox.fail("clave", "error")
    assert client.get(READY).status_code == 503


def test_while_one_looks_the_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, go_on = threading.Event(), threading.Event()
    looks: list[str] = []

    def slow() -> None:
        looks.append("gateway")
        looking.set()
        assert go_on.wait(5)

    monkeypatch.setattr(health, "CHECKS", {"gateway": slow})
    monkeypatch.setattr(health, "CACHE_SECONDS", 0)
    health._states.put({"gateway": "ok"})
    thread = threading.Thread(target=Client().get, args=[READY])
    thread.start()
    assert looking.wait(5)
    assert [Client().get(READY).json() for _probe in range(5)] == [{"gateway": "ok"}] * 5
    go_on.set()
    thread.join()
    assert looks == ["gateway"]


@pytest.mark.parametrize("path", ["/salud/vivo", READY])
def test_probes_may_ask_for_the_head_alone(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {})
    assert Client().head(path).status_code == 200
    assert Client().post(path).status_code == 405
