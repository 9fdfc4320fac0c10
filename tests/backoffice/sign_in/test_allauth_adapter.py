"""Used codes stand in the database, whichever process accepted them; allauth's internals are imported in one place."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from pyotp import TOTP

from backoffice.models import UsedCode
from backoffice.roles import Role
from backoffice.sign_in.mfa_adapter import enrol_totp
from backoffice.sign_in.tasks import delete_expired_codes
from tests.backoffice.sign_in_pages import SECRET, browser, path_of, try_code, try_password
from tests.backoffice.staff_users import a_staff_user
from tests.pages import errors_of

MOMENT = 1_800_000_000


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def an_authenticator() -> Authenticator:
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    return Authenticator.objects.get(user=user)


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["{}", " {}", "{}."])
def test_a_used_code_is_refused_by_a_process_with_an_empty_cache(spelling: str) -> None:
    an_authenticator()
    with time_machine.travel(MOMENT, tick=False):
        code = TOTP(SECRET).now()
        client = browser()
        assert path_of(try_code(client, try_password(client, "editor"), code)) == "/gestion/"
        cache.clear()
        other = browser()
        assert errors_of(try_code(other, try_password(other, "editor"), spelling.format(code)))


@pytest.mark.django_db
@pytest.mark.parametrize("away", [-30, 0, 30])
def test_every_code_that_a_clock_may_show_is_accepted_once(away: int) -> None:
    totp = an_authenticator().wrap()
    with time_machine.travel(MOMENT, tick=False):
        code = TOTP(SECRET).at(int(time.time() + away))
        assert totp.validate_code(code)
        assert not totp.validate_code(code)


@pytest.mark.django_db(transaction=True)
def test_of_parallel_requests_with_one_code_one_wins() -> None:
    authenticator = an_authenticator()

    def use(code: str) -> bool:
        try:
            return bool(Authenticator.objects.get(pk=authenticator.pk).wrap().validate_code(code))
        finally:
            connection.close()

    with time_machine.travel(MOMENT, tick=False), ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, [TOTP(SECRET).at(MOMENT)] * 8)) == 1


@pytest.mark.django_db
def test_codes_that_are_no_longer_valid_are_deleted() -> None:
    totp = an_authenticator().wrap()
    with time_machine.travel(MOMENT, tick=False) as clock:
        assert totp.validate_code(TOTP(SECRET).at(MOMENT))
        clock.shift(30)
        assert delete_expired_codes.call() == 0, "a clock half a minute late still shows it"
        clock.shift(30)
        assert delete_expired_codes.call() == 1
    assert not UsedCode.objects.exists()


def test_allauths_internals_are_imported_by_one_module() -> None:
    internal = re.compile(r"^\s*(from|import) allauth\.[\w.]*\binternal\b", re.MULTILINE)
    folders = [settings.BASE_DIR / name for name in ("backoffice", "tramites_site", "guides", "foundation")]
    importing = [
        str(path.relative_to(settings.BASE_DIR))
        for folder in folders
        for path in Path(folder).rglob("*.py")
        if internal.search(path.read_text(encoding="utf-8"))
    ]
    assert importing == ["backoffice/sign_in/allauth_adapter.py"]
