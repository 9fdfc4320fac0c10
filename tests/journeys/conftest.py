"""Fixtures of the journeys: a real portal with its sandbox, as `make run` starts it, and a Chromium of phone size."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tools.browser import PHONE, chromium
from tools.person import Person
from tools.serving import Portal, serving

TRANSITION_SKIPPED = ("ViewTransition opt-in disabled", "Transition was aborted because of invalid state")
"""Chromium's messages when Playwright inspects or resizes a page during a view transition, which is then skipped."""


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all journeys, where forms may be sent at once and every process sees catalogue changes at once.

    The journeys share the sandbox's few people, so each may be sent more SMS in an hour than anybody needs.
    """
    more = {"QUESTION_SECONDS": "0", "CATALOGUE_SEEN_SECONDS": "0", "SENDS_PER_IDENTITY_PER_HOUR": "60"}
    with serving(tmp_path_factory.mktemp("journeys"), **more) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    phone = browser.new_context(viewport=PHONE, locale="es-ES", has_touch=True, is_mobile=True)
    phone.set_default_timeout(15_000)
    yield phone
    phone.close()


@pytest.fixture
def page(context: BrowserContext, portal: Portal) -> Iterator[Page]:
    """A tab on a phone; an error in the browser's console fails the journey."""
    portal.sandbox.work()
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)) if _is_error(error) else None)
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield page
    assert not complaints, complaints


def _is_error(error: object) -> bool:
    return not any(words in str(error) for words in TRANSITION_SKIPPED)


def _is_complaint(message: object) -> bool:
    """Return whether a console message is an error of the page itself, not a 4xx that the journey provokes."""
    text = str(getattr(message, "text", ""))
    return getattr(message, "type", "") == "error" and "the server responded with a status of" not in text


@pytest.fixture
def person(page: Page, portal: Portal) -> Person:
    return Person(page, portal.url, portal.sandbox)


@pytest.fixture
def without_javascript(browser: Browser, portal: Portal) -> Iterator[Person]:
    """The same phone, with JavaScript switched off."""
    portal.sandbox.work()
    phone = browser.new_context(viewport=PHONE, locale="es-ES", java_script_enabled=False)
    phone.set_default_timeout(15_000)
    yield Person(phone.new_page(), portal.url, portal.sandbox)
    phone.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    return Axe()
