"""One sandbox for all these tests, reset before each of them."""

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
    """Return the shared sandbox with its clock back on time; a test may move it forward."""
    _server.world.clock.ahead = timedelta()
    return _server


@pytest.fixture
def calls(server: Server) -> Iterator[Calls]:
    """Yield an HTTP client for the sandbox, freshly reset."""
    with Calls(server.url) as made:
        made.post("/api/reset")
        yield made
