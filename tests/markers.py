"""Pytest plugin: set the markers that follow from where a test is and which fixtures it uses."""

from __future__ import annotations

import pytest

STORES = {"db", "transactional_db", "django_db_serialized_rollback", "live_server", "admin_client", "admin_user"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests `journey` by their folder and `database` by their fixtures, before `-m` selects."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker("journey")
        if item.get_closest_marker("django_db") or STORES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("database")
