"""One sandbox for the folder, as at its start before each test."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.server import Server, running
from tests.sandbox.calls import TOKEN, Calls


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    with running(token=TOKEN, trust_tokens=True) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Server:
    """The sandbox, whose clock a test may move forward."""
    _server.world.clock.ahead = timedelta()
    return _server


@pytest.fixture
def calls(server: Server) -> Iterator[Calls]:
    """What the portal, a test and a browser do to the sandbox."""
    with Calls(server.url) as made:
        made.post("/api/reset")
        yield made
