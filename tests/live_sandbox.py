"""The sandbox as a fixture, one process for the whole test run."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from clave.pin.assertions import forget_keys
from sandbox.server import running
from tools.live_sandbox import LiveSandbox

__all__ = ["LiveSandbox", "live_sandbox"]

TOKEN = "token-of-the-tests"


@pytest.fixture(scope="session")
def _running_sandbox() -> Iterator[LiveSandbox]:
    with running(port=0, token=TOKEN, portal_url="", trust_tokens=True) as server:
        yield LiveSandbox(server.url)


@pytest.fixture
def live_sandbox(_running_sandbox: LiveSandbox, settings: Settings) -> LiveSandbox:
    """A sandbox without faults, messages or effects, with the portal pointed at it."""
    _running_sandbox.reset()
    settings.CLAVE_URL = settings.SANDBOX_URL = _running_sandbox.url
    settings.CLAVE_TOKEN = TOKEN
    forget_keys()
    return _running_sandbox
