"""The local staff user: made with a second factor, whose code is printed."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User

from backoffice.sign_in.mfa_adapter import StaffMFAAdapter
from tramites_site import staff_code
from tramites_site.local import MAKERS
from tramites_site.management.commands.prepare import Command

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _a_local_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"USER": "editor", "PASSWORD": "a long password", "TOTP_SECRET": SECRET}.items():
        monkeypatch.setenv(f"STAFF_{name}", value)


@pytest.mark.parametrize("moment", [0, 59, 1_111_111_109, 1_800_000_000])
def test_the_code_is_the_one_that_the_library_expects(moment: int) -> None:
    assert staff_code.code_at(SECRET, moment) == format_hotp_value(hotp_value(SECRET, moment // 30))


def test_a_code_of_the_standards_own_example() -> None:
    assert staff_code.code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1_111_111_109) == "081804"


def test_the_code_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert staff_code.main() == 0
    code = capsys.readouterr().out.split()[0]
    assert code.isdigit()
    assert len(code) == 6


def test_without_a_secret_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAFF_TOTP_SECRET")
    assert staff_code.main() == 1
    assert "make run" in capsys.readouterr().err


def test_a_new_secret_is_one_that_codes_are_made_of() -> None:
    assert len(staff_code.code_at(MAKERS["STAFF_TOTP_SECRET"](), 0)) == 6


@pytest.mark.django_db
def test_the_local_user_is_made_with_the_factor_and_follows_a_new_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(2):
        Command()._staff_user()
    user = User.objects.get()
    assert (user.is_superuser, user.is_staff) == (True, True)
    assert StaffMFAAdapter().decrypt(Authenticator.objects.get().data["secret"]) == SECRET
    monkeypatch.setenv("STAFF_TOTP_SECRET", SECRET[::-1])
    Command()._staff_user()
    assert StaffMFAAdapter().decrypt(Authenticator.objects.get(user=user).data["secret"]) == SECRET[::-1]


@pytest.mark.django_db
def test_nobody_is_made_where_no_name_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAFF_USER")
    Command()._staff_user()
    assert not User.objects.exists()
