"""Dates, times and codes as staff type and paste them: what each page of the back office takes from them."""

from datetime import datetime

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.utils import timezone
from pyotp import TOTP

from backoffice.roles import Role
from backoffice.sign_in.mfa_adapter import enrol_totp
from procedures.models import Banner, OperatorSwitch
from tests.backoffice.sign_in_pages import SECRET, browser, path_of, try_code, try_password
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.factories import a_version
from tests.pages import PageClient, parse
from tests.pasted import variants

pytestmark = pytest.mark.django_db

NOW = "2026-11-29 12:00:00+01:00"
DAYS = [
    *variants("05-12-2026"),
    *variants("5 12 26"),
    *("05122026", "051226", "5/12/26", "5.12.2026", "2026-12-05", "20261205", "5 dic 2026", "5 de diciembre de 2026"),
]
TIMES = ["9:30", "09:30", "9.30", "9h30", "0930", "09:30:00", " 9:30 h ", "\u200e9:30", "０９：３０", "9 30"]
CLOCK = ["9:30", "09.30", "9h30", "０９：３０"]


@pytest.fixture
def operator() -> PageClient:
    return signed_in(a_staff_user(Role.OPERATOR))


def test_every_way_to_type_a_day_is_taken_by_the_dashboard(operator: PageClient) -> None:
    for typed in DAYS:
        page = operator.get("/gestion/operacion/", {"days": "", "first": "5/11/26", "last": typed})
        assert parse(page).xpath("//ul[contains(@class,'errorlist')]") == [], typed
    wrong = operator.get("/gestion/operacion/", {"days": "", "first": "5/12/26", "last": "051126"})
    assert "no puede ser anterior" in wrong.text


def test_every_way_to_type_a_day_filters_the_audit_log() -> None:
    auditor = signed_in(a_staff_user(Role.AUDITOR))
    for typed in DAYS:
        page = auditor.get("/gestion/foundation/auditentry/", {"day": typed})
        assert parse(page).xpath("//ul[contains(@class,'errorlist')]") == [], typed
        assert "2026-12-05" in parse(page).xpath("//input[@name='day']/@value"), typed


def end_of_banner(client: PageClient, day: str, hour: str) -> datetime | None:
    path = "/gestion/procedures/banner/add/"
    form = next(form for form in parse(client.get(path)).forms if "text_es" in form.fields)
    values = {**dict(form.form_values()), "text_es": "Hoy no.", "ends_at_0": day, "ends_at_1": hour}
    client.post(path, values)
    banner = Banner.objects.first()
    Banner.objects.all().delete()
    return timezone.localtime(banner.ends_at) if banner else None


def test_every_way_to_type_a_moment_is_taken_for_a_banner(operator: PageClient) -> None:
    for day, hour in [*((day, "9:30") for day in DAYS), *(("05/12/2026", hour) for hour in TIMES)]:
        end = end_of_banner(operator, day, hour)
        assert end is not None, (day, hour)
        assert f"{end:%Y-%m-%d %H:%M}" == "2026-12-05 09:30", (day, hour)


def test_every_way_to_type_a_moment_is_taken_for_a_switch(operator: PageClient) -> None:
    a_version()
    path = "/gestion/operacion/interruptores/"
    with time_machine.travel(NOW, tick=False):
        for typed in ["2026-12-05T09:30", *(f"{day} 9:30" for day in DAYS), *(f"5/12/26, {hour}" for hour in CLOCK)]:
            page = operator.get(path)
            form = next(form for form in parse(page).forms if str(form.fields.get("thing")).startswith("entity"))
            operator.post(path, {**dict(form.form_values()), "state": "closed", "until": typed})
            until = OperatorSwitch.objects.get().until
            assert until is not None, typed
            assert f"{timezone.localtime(until):%Y-%m-%d %H:%M}" == "2026-12-05 09:30", typed
            OperatorSwitch.objects.all().delete()


@pytest.mark.parametrize(
    ("day", "hour"), [("31/02/2027", "9:30"), ("ayer", "9:30"), ("5/12/26", "25:00"), ("", "9:30")]
)
def test_what_is_no_moment_is_refused(operator: PageClient, day: str, hour: str) -> None:
    assert end_of_banner(operator, day, hour) is None


@pytest.mark.parametrize(
    "shape",
    [
        *variants("123-456")[::4],
        *variants("123 456")[::4],
        "12 34 56",
        "123.456",
        "１２３ ４５６",
        "\u2068123456\u2069",
    ],
)
def test_every_way_to_copy_a_code_of_the_application_is_taken(shape: str) -> None:
    cache.clear()
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    client, code = browser(), TOTP(SECRET).now()
    typed = shape.translate({ord(a): b for a, b in zip("123456", code, strict=True)})
    typed = typed.translate({ord(a): chr(ord(b) + 0xFEE0) for a, b in zip("１２３４５６", code, strict=True)})
    assert path_of(try_code(client, try_password(client, "editor"), typed)) == "/gestion/"


def test_every_way_to_copy_a_recovery_code_is_taken() -> None:
    cache.clear()
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    client = browser()
    asked = try_password(client, "editor")
    assert path_of(try_code(client, asked, f"\u200b{code[:4]}–{code[4:]}\u200e ")) == "/gestion/"
