"""A real portal with its sandbox, as `make run` starts it, and a Chromium of phone size."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.person import Person
from tests.live_sandbox import LiveSandbox

ROOT = Path(__file__).resolve().parent.parent.parent
PHONE = ViewportSize(width=360, height=800)
START_SECONDS = 120


@dataclass(frozen=True)
class Portal:
    """Where the portal answers, and its sandbox."""

    url: str
    sandbox: LiveSandbox


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Started once for all journeys, in a directory of its own."""
    port, sandbox_port = _free_port(), _free_port()
    data = tmp_path_factory.mktemp("journeys")
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CACHE_URL")}
    environment |= {
        "DATA_DIR": str(data / "var"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "DJANGO_SETTINGS_MODULE": "tramites_site.settings",
    }
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tramites_site.launch"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_alive(process, url, data / "log")
            yield Portal(url, LiveSandbox(f"http://127.0.0.1:{sandbox_port}"))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_alive(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{url}/salud/listo", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    pytest.fail(f"the portal did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    phone = browser.new_context(viewport=PHONE, locale="es-ES", has_touch=True, is_mobile=True)
    phone.set_default_timeout(15_000)
    yield phone
    phone.close()


@pytest.fixture
def page(context: BrowserContext, portal: Portal) -> Iterator[Page]:
    """A page of a phone; whatever the browser complains about fails the journey."""
    portal.sandbox.work()
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield page
    assert not complaints, complaints


def _is_complaint(message: object) -> bool:
    """An error of the page's own; answers 4xx that a journey provokes are announced as errors too, and are meant."""
    text = str(getattr(message, "text", ""))
    return getattr(message, "type", "") == "error" and "the server responded with a status of" not in text


@pytest.fixture
def person(page: Page, portal: Portal) -> Person:
    return Person(page, portal.url, portal.sandbox)


@pytest.fixture
def without_javascript(browser: Browser, portal: Portal) -> Iterator[Person]:
    """The same phone with JavaScript switched off."""
    portal.sandbox.work()
    phone = browser.new_context(viewport=PHONE, locale="es-ES", java_script_enabled=False)
    phone.set_default_timeout(15_000)
    yield Person(phone.new_page(), portal.url, portal.sandbox)
    phone.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    return Axe()
