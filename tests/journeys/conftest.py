"""A real portal with its sandbox, as `make run` starts it, and a Chromium of phone size."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.person import Person
from tests.journeys.serving import Portal, serving

PHONE = ViewportSize(width=360, height=800)
LOOKED_TOO_SOON = ("ViewTransition opt-in disabled", "Transition was aborted because of invalid state")
"""Chromium's words when Playwright looks at a page, or changes its size, too soon: the transition to it is left out."""


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Started once for all journeys, in a directory of its own; nobody there types too fast for a person, and every
    process sees at once that the catalogue has changed."""
    more = {"QUESTION_SECONDS": "0", "CATALOGUE_SEEN_SECONDS": "0"}
    with serving(tmp_path_factory.mktemp("journeys"), **more) as served:
        yield served


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
    page.on("pageerror", lambda error: complaints.append(str(error)) if _is_error(error) else None)
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield page
    assert not complaints, complaints


def _is_error(error: object) -> bool:
    return not any(words in str(error) for words in LOOKED_TOO_SOON)


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
