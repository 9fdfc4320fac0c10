"""What the log says of a request that failed."""

import logging

from django.test import RequestFactory
from django.urls import resolve

from tramites_site.log_filters import RouteInsteadOfPath

TOKEN = "a" * 64


def test_a_share_links_token_is_not_in_the_record() -> None:
    request = RequestFactory().get(f"/c/{TOKEN}/")
    request.resolver_match = resolve(f"/c/{TOKEN}/")
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Server error: %s", (request.path,), None)
    record.request = request
    assert RouteInsteadOfPath().filter(record)
    assert TOKEN not in record.getMessage()
    assert "c/<str:token>/" in record.getMessage()


def test_a_record_of_no_request_stays_as_it_is() -> None:
    record = logging.LogRecord("other", logging.ERROR, "", 0, "As it %s", ("is",), None)
    assert RouteInsteadOfPath().filter(record)
    assert record.getMessage() == "As it is"


def test_a_task_that_goes_well_says_nothing() -> None:
    """Some thirty are run each minute; that one failed is said at a higher level."""
    assert not logging.getLogger("django.tasks").isEnabledFor(logging.INFO)
    assert logging.getLogger("django.tasks").isEnabledFor(logging.ERROR)
