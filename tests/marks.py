"""Marks that follow from what a test is and uses, so that nobody forgets one. A plugin of pytest, named in conftest."""

from __future__ import annotations

import pytest

STORES = {"db", "transactional_db", "django_db_serialized_rollback", "live_server", "admin_client", "admin_user"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before the marks are selected by: `journey` by the folder, `database` by marker or fixture."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker("journey")
        if item.get_closest_marker("django_db") or STORES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("database")
