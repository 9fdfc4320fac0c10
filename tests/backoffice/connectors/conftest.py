from collections.abc import Iterator
from contextlib import closing

import pytest
from pytest_django.fixtures import Settings

from backoffice.roles import Role
from procedures.models import ProcedureVersion
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.foundation.http.hostile import HostileServer
from tests.pages import PageClient


@pytest.fixture
def operator() -> PageClient:
    return signed_in(a_staff_user(Role.OPERATOR))


@pytest.fixture
def version() -> ProcedureVersion:
    return a_version()


@pytest.fixture
def body(settings: Settings) -> Iterator[HostileServer]:
    """A server with scripted answers, in place of the sandbox."""
    with closing(HostileServer()) as running:
        settings.SANDBOX_URL = f"http://127.0.0.1:{running.port}"
        yield running
