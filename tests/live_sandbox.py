"""The sandbox, running for the whole test run, and what tests ask of it over HTTP."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests
from pytest_django.fixtures import Settings

from clave.assertions import forget_keys
from sandbox.server import running

TOKEN = "token-of-the-tests"


class LiveSandbox:
    """Inboxes, apps, faults and counted effects, by the sandbox's own API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def people(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.http.get(f"{self.url}/api/people", timeout=5).json())

    def person(self, **wanted: Any) -> dict[str, Any]:
        """The first person with these attributes."""
        return next(p for p in self.people() if all(p.get(name) == value for name, value in wanted.items()))

    def messages(self, document: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.url}/api/phones/{document}/messages", timeout=5)
        return cast(list[dict[str, Any]], answer.json())

    def app_pin(self, document: str) -> dict[str, str]:
        answer = self.http.post(f"{self.url}/api/phones/{document}/app-pin", timeout=5)
        return cast(dict[str, str], answer.json())

    def effects(self) -> dict[str, Any]:
        return cast(dict[str, Any], self.http.get(f"{self.url}/api/effects", timeout=5).json())

    def fail(self, target: str, fault: str, **options: Any) -> None:
        """Have one fault from now on, and no other."""
        faults = [{"target": target, "fault": fault, **options}]
        self.http.put(f"{self.url}/api/faults", json=faults, timeout=5).raise_for_status()

    def work(self) -> None:
        """Have no fault."""
        self.http.put(f"{self.url}/api/faults", json=[], timeout=5).raise_for_status()

    def reset(self) -> None:
        self.http.post(f"{self.url}/api/reset", timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def _running_sandbox() -> Iterator[LiveSandbox]:
    with running(port=0, token=TOKEN, portal_url="", trust_tokens=True) as server:
        yield LiveSandbox(server.url)


@pytest.fixture
def live_sandbox(_running_sandbox: LiveSandbox, settings: Settings) -> LiveSandbox:
    """The sandbox as it is at its start, and the portal pointed at it."""
    _running_sandbox.reset()
    settings.CLAVE_URL = settings.SANDBOX_URL = _running_sandbox.url
    settings.CLAVE_TOKEN = TOKEN
    forget_keys()
    return _running_sandbox
