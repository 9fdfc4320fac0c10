"""Fixtures of every test."""

from collections.abc import Iterator

import pytest

from clave.health import seen
from foundation import audit
from foundation.templatetags import page_parts
from guides.shown import forget_questions
from procedures.published import forget_published
from tests.pages import PageClient

pytest_plugins = ["tests.marks", "tests.live_sandbox"]


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> Iterator[None]:
    """No test sees the catalogue or the questions that another one left in memory, nor what was made of them."""
    forget_published()
    forget_questions()
    page_parts._parts.clear()
    seen.forget()
    audit.forget_recent()
    yield
    forget_published()
    forget_questions()


@pytest.fixture
def client() -> PageClient:
    """A browser without JavaScript that looks at every page it gets."""
    return PageClient()
