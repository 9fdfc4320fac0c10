"""Used codes stand in the database, whichever process took them; allauth's internals are imported in one place."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache

from backoffice.roles import Role
from backoffice.sign_in.mfa_adapter import enrol_app
from tests.backoffice.sign_in_pages import SECRET, browser, path_of, try_code, try_password
from tests.backoffice.staff_users import a_staff_user
from tests.pages import errors_of
from tramites_site.staff_code import code_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_used_code_is_refused_by_a_process_with_an_empty_cache() -> None:
    enrol_app(a_staff_user(Role.EDITOR), SECRET)
    with time_machine.travel(1_800_000_000, tick=False):
        code = code_at(SECRET, time.time())
        client = browser()
        assert path_of(try_code(client, try_password(client, "editor"), code)) == "/gestion/"
        cache.clear()
        other = browser()
        assert errors_of(try_code(other, try_password(other, "editor"), code))
