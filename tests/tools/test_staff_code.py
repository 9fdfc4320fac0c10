"""The local staff users: made with a second factor, whose code is printed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from pyotp import TOTP
from pytest_django.fixtures import Settings

from backoffice.roles import make_roles
from backoffice.sign_in.mfa_adapter import StaffMFAAdapter
from tools.launcher.local_secrets import MAKERS, staff_code
from tramites_site.local_staff import COLLEAGUES, totp_secret
from tramites_site.management.commands.prepare import make_staff_users

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _a_local_user(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.LOCAL = True
    for name, value in {"USER": "admin", "PASSWORD": "a long password", "TOTP_SECRET": SECRET}.items():
        monkeypatch.setenv(f"STAFF_{name}", value)


@pytest.mark.parametrize("moment", [0, 59, 1_111_111_109, 1_800_000_000])
def test_the_code_is_the_one_that_the_library_expects(moment: int) -> None:
    assert TOTP(SECRET).at(moment) == format_hotp_value(hotp_value(SECRET, moment // 30))


def test_a_code_of_the_standards_own_example() -> None:
    assert TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").at(1_111_111_109) == "081804"


def test_the_code_is_printed() -> None:
    command = [sys.executable, "-m", "tools.launcher.local_secrets"]
    code = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[0]
    assert code.isdigit()
    assert len(code) == 6


def test_without_a_secret_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STAFF_TOTP_SECRET")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit, match="make run"):
        staff_code()


def test_a_new_secret_is_one_that_codes_are_made_of() -> None:
    assert len(TOTP(MAKERS["STAFF_TOTP_SECRET"]()).at(0)) == 6


@pytest.mark.django_db
def test_the_local_user_is_made_with_the_factor_and_follows_a_new_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(2):
        make_staff_users()
    user = User.objects.get(username="admin")
    assert (user.is_superuser, user.is_staff) == (True, True)
    assert StaffMFAAdapter().decrypt(Authenticator.objects.get(user=user).data["secret"]) == SECRET
    monkeypatch.setenv("STAFF_TOTP_SECRET", SECRET[::-1])
    make_staff_users()
    assert StaffMFAAdapter().decrypt(Authenticator.objects.get(user=user).data["secret"]) == SECRET[::-1]


@pytest.mark.django_db
def test_two_colleagues_can_publish_together_and_have_codes_of_their_own() -> None:
    make_roles()
    make_staff_users()
    for name, may, may_not in (("editor", "change", "approve"), ("approver", "approve", "change")):
        user = User.objects.get(username=name)
        assert (user.is_staff, user.is_superuser, user.check_password("a long password")) == (True, False, True)
        assert user.has_perm(f"procedures.{may}_procedureversion")
        assert not user.has_perm(f"procedures.{may_not}_procedureversion")
        secret = StaffMFAAdapter().decrypt(Authenticator.objects.get(user=user).data["secret"])
        assert staff_code(name)[:6] in {TOTP(secret).at(int(time.time()), counter_offset=offset) for offset in (-1, 0)}
    assert len({totp_secret(name, "admin", SECRET) for name in ("admin", *COLLEAGUES)}) == 3


@pytest.mark.django_db
def test_somebody_who_has_a_colleagues_name_already_keeps_what_they_have() -> None:
    mine = User.objects.create_user("approver", password="another long password")
    make_staff_users()
    assert User.objects.filter(username="approver").get() == mine
    assert not Authenticator.objects.filter(user=mine).exists()


@pytest.mark.django_db
def test_an_administrator_called_editor_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_USER", "editor")
    make_staff_users()
    assert User.objects.get(username="editor").is_superuser
    assert set(User.objects.values_list("username", flat=True)) == {"editor", "approver"}


def test_an_unknown_name_is_told_which_there_are() -> None:
    with pytest.raises(SystemExit, match="admin, editor, approver"):
        staff_code("ana")


@pytest.mark.django_db
def test_nobody_is_made_where_no_name_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAFF_USER")
    make_staff_users()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_nobody_is_made_beyond_a_local_installation(settings: Settings) -> None:
    settings.LOCAL = False
    make_staff_users()
    assert not User.objects.exists()
