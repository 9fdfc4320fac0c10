"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation

from clave.health import forget_health
from clave.switches import forget_switches
from foundation import audit
from foundation.audit import recording
from foundation.refreshed import Refreshed
from foundation.templatetags import page_parts
from guides.question_search import forget_questions
from procedures.published_catalogue import forget_published
from tests.pages import PageClient

pytest_plugins = ["tests.markers", "tests.live_sandbox"]


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> Iterator[None]:
    """Forget what another test left in this process's memory: catalogue, questions, health, parts of pages."""
    forget_published()
    forget_questions()
    page_parts._parts.clear()
    forget_health()
    audit.forget_recent()
    forget_switches()
    yield
    forget_published()
    forget_questions()


@pytest.fixture(autouse=True)
def _default_language() -> None:
    """The language of the last request of another test stays active in the thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _refreshed_in_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refresh caches in the thread of the test: another would not see what its transaction has written."""
    monkeypatch.setattr(Refreshed, "run_beside", staticmethod(lambda read: read()))


@pytest.fixture(autouse=True)
def _no_log_without_a_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop security events of tests without a database."""
    if not request.node.get_closest_marker("database"):
        monkeypatch.setattr(recording, "_write", lambda *_event, **_how: None)


@pytest.fixture
def client() -> PageClient:
    """A browser without JavaScript that checks every page it gets."""
    return PageClient()
