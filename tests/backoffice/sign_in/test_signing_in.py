"""Signing in: a password alone opens nothing, and a refusal reveals nothing."""

import logging
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from pyotp import TOTP

from backoffice.roles import Role
from backoffice.sign_in.account_adapter import REFUSED, TOO_MANY
from backoffice.sign_in.mfa_adapter import enrol_totp
from backoffice.sign_in.urls import urlpatterns
from tests.backoffice.sign_in_pages import (
    LOGIN,
    OWN,
    SECRET,
    browser,
    csrf,
    path_of,
    text_of_page,
    try_code,
    try_password,
)
from tests.backoffice.staff_users import PASSWORD, a_staff_user, signed_in, with_the_password_alone
from tests.pages import PageClient, check, errors_of, parse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_was_tried() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


# --- Signing in -----------------------------------------------------------------------------------------------------


def test_with_both_factors_signing_in_needs_no_javascript() -> None:
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    client = browser()
    asked = try_password(client, "editor", then="/gestion/procedures/entity/")
    assert path_of(asked) == "/gestion/cuenta/codigo/"
    check(asked, fragment=False)
    assert client.get("/gestion/").headers["Location"].startswith(LOGIN)
    assert path_of(try_code(client, asked)) == "/gestion/procedures/entity/"


def test_the_first_time_a_second_factor_is_set_up_before_anything_is_shown() -> None:
    user = a_staff_user(Role.EDITOR)
    client = browser()
    page = try_password(client, "editor")
    assert path_of(page) == "/gestion/cuenta/activar/"
    check(page, fragment=False)
    activate = client.get("/gestion/cuenta/aplicacion/activar/")
    check(activate, fragment=False)
    secret = parse(activate).xpath("//code")[0].text_content()
    assert secret not in str(dict(client.session)), "sealed while it waits in the session too"
    codes = try_code(client, activate, TOTP(secret).now())
    assert path_of(codes) == "/gestion/cuenta/recuperacion/"
    assert len(parse(codes).xpath("//ul[contains(@class, 'codes')]//code")) == 10
    assert client.get("/gestion/").status_code == 200
    assert secret not in str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))


def test_a_recovery_code_opens_once() -> None:
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    codes = RecoveryCodes.activate(user)
    assert codes.generate_codes()[0] not in str(codes.instance.data)
    client = browser()
    assert path_of(try_code(client, try_password(client, "editor"), codes.generate_codes()[0])) == "/gestion/"
    again = browser()
    assert errors_of(try_code(again, try_password(again, "editor"), codes.generate_codes()[0]))


def test_a_code_opens_once_for_as_long_as_it_is_valid() -> None:
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        code = TOTP(SECRET).now()
        client = browser()
        assert path_of(try_code(client, try_password(client, "editor"), code)) == "/gestion/"
        clock.shift(35)
        other = browser()
        assert errors_of(try_code(other, try_password(other, "editor"), code))


def test_signing_in_gives_the_session_a_new_key_and_lists_it() -> None:
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    client = browser()
    asked = try_password(client, "editor")
    before = client.session.session_key
    try_code(client, asked)
    assert client.session.session_key != before
    assert UserSession.objects.get(user=user).session_key == client.session.session_key
    assert 7.9 * 3600 < client.session.get_expiry_age() <= 8 * 3600


# --- Refusals --------------------------------------------------------------------------------------------------------


def test_a_wrong_password_an_unknown_name_and_a_stranger_get_the_same_answer() -> None:
    a_staff_user(Role.EDITOR)
    User.objects.create_user("citizen", password=PASSWORD)
    User.objects.create_user("left", password=PASSWORD, is_staff=True, is_active=False)
    answers = {
        name: try_password(browser(), name, password)
        for name, password in (("editor", "wrong"), ("nobody", PASSWORD), ("citizen", PASSWORD), ("left", PASSWORD))
    }
    for name, page in answers.items():
        assert page.status_code == 200
        assert errors_of(page) == [str(REFUSED)], name
        check(page, fragment=False)
    texts = {text.replace(name, "") for name, text in ((n, answers[n].content.decode()) for n in answers)}
    assert len({len(text) for text in texts}) == 1


@pytest.mark.parametrize("name", ["editor", "nobody"])
def test_too_many_attempts_are_stopped_even_with_the_right_password(name: str) -> None:
    a_staff_user(Role.EDITOR)
    for _try in range(5):
        assert errors_of(try_password(browser(), name, "wrong")) == [str(REFUSED)]
    page = try_password(browser(), name)
    assert errors_of(page) == [str(TOO_MANY)]
    assert path_of(page) == LOGIN


def test_an_address_that_guesses_many_names_is_stopped() -> None:
    a_staff_user(Role.EDITOR)
    for number in range(10):
        try_password(browser(), f"name{number}", "wrong")
    assert errors_of(try_password(browser(), "editor")) == [str(TOO_MANY)]


def test_too_many_codes_are_stopped_with_a_sentence() -> None:
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    client = browser()
    page = try_password(client, "editor")
    for _try in range(5):
        page = try_code(client, page, "000000")
    assert errors_of(try_code(client, page)) == [str(TOO_MANY)]
    assert client.get("/gestion/").status_code == 302


def test_a_flood_of_attempts_is_answered_429_with_a_page() -> None:
    client = browser()
    page = client.get(LOGIN)
    for _try in range(30):
        client.submit(page, username="", password="")
    answer = client.submit(page, username="", password="")
    assert answer.status_code == 429
    check(answer, fragment=False)


@pytest.mark.parametrize(
    "then", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/", "/gestion/../x"]
)
def test_signing_in_redirects_nowhere_but_to_the_back_office(then: str) -> None:
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    client = browser()
    page = client.get(LOGIN, {"next": then})
    asked = client.submit(page, username="editor", password=PASSWORD, follow=True)
    came = client.post(
        path_of(asked),
        {"code": TOTP(SECRET).now(), "csrfmiddlewaretoken": csrf(asked)},
    )
    assert came.status_code == 302
    assert came.headers["Location"].startswith("/gestion/")
    assert "evil" not in came.headers["Location"]


# --- The password alone opens nothing --------------------------------------------------------------------------------

SETTING_UP = {"activar/", "aplicacion/activar/", "llaves/nueva/", "confirmar/"}


def own_paths() -> list[str]:
    """Return the path of every page of the user's own account, with made-up arguments."""
    found = []
    for pattern in urlpatterns:
        for arguments in ([], [1], ["a", "b"]):
            try:
                found.append(reverse(pattern.name, args=arguments))
                break
            except NoReverseMatch:
                continue
    return found


@pytest.mark.parametrize("path", own_paths())
def test_a_citizen_sees_nothing_of_ones_own_account(path: str, client: PageClient) -> None:
    page = client.get(path)
    if path == LOGIN:
        assert page.status_code == 200
    elif path == reverse("first_password", args=["a", "b"]):
        assert "ya no sirve" in text_of_page(page)
    else:
        assert page.status_code == 302
        assert page.headers["Location"].startswith((LOGIN, "/gestion/"))


@pytest.mark.parametrize("path", ["/gestion/", "/gestion/procedures/entity/", "/gestion/buscar/?q=a", "/gestion/nada/"])
def test_a_session_of_the_password_alone_is_led_to_set_up(path: str) -> None:
    client = with_the_password_alone(a_staff_user(Role.EDITOR, Role.ADMINISTRATOR))
    page = client.get(path)
    assert (page.status_code, page.headers["Location"]) == (302, "/gestion/cuenta/activar/")


@pytest.mark.parametrize("path", own_paths())
def test_a_session_of_the_password_alone_sees_only_what_sets_up(path: str) -> None:
    client = with_the_password_alone(a_staff_user(Role.EDITOR))
    page = client.get(path, follow=True)
    assert path_of(page).removeprefix(OWN) in SETTING_UP | {"alta/a/b/"} or path_of(page) == "/gestion/logout/"


def test_a_session_of_the_password_alone_adds_no_factor_beside_that_of_the_owner() -> None:
    user = a_staff_user(Role.EDITOR)
    client = with_the_password_alone(user)
    enrol_totp(user, SECRET)
    for path in ("llaves/nueva/", "aplicacion/activar/", "activar/", "confirmar/"):
        assert client.get(OWN + path).headers["Location"] == "/gestion/logout/"


def test_htmx_is_led_to_sign_in_as_a_whole_page(client: PageClient) -> None:
    page = client.get("/gestion/procedures/entity/", headers={"HX-Request": "true"})
    assert page.headers["HX-Redirect"].startswith(LOGIN)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_whoever_leaves_the_staff_is_out_at_once(change: dict[str, bool]) -> None:
    user = a_staff_user(Role.EDITOR)
    client = signed_in(user)
    assert client.get("/gestion/").status_code == 200
    User.objects.filter(pk=user.pk).update(**change)
    assert client.get("/gestion/").headers["Location"].startswith(LOGIN)


# --- The audit log ---------------------------------------------------------------------------------------------------


def test_what_happens_when_signing_in_is_recorded(caplog: pytest.LogCaptureFixture) -> None:
    user = a_staff_user(Role.EDITOR)
    with caplog.at_level(logging.INFO, "foundation.audit"):
        client = browser()
        try_password(client, "editor", "wrong")
        try_password(client, "somebody's password", "wrong")
        try_password(client, "editor")
        activate = client.get(f"{OWN}aplicacion/activar/")
        secret = parse(activate).xpath("//code")[0].text_content()
        try_code(client, activate, TOTP(secret).now())
        client.submit(client.get("/gestion/"), button="Salir")
        other = browser()
        try_code(other, try_password(other, "editor"), "000000")
    actions = [(record.args or ("", ""))[0] for record in caplog.records]  # type: ignore[index]
    assert actions == [
        "staff.sign_in_refused",
        "staff.sign_in_refused",
        "staff.signed_in",
        "staff.second_factor_added",
        "staff.second_factor_added",
        "staff.signed_out",
        "staff.code_refused",
    ]
    assert "somebody's password" not in caplog.text
    assert secret not in caplog.text
    assert PASSWORD not in caplog.text
    assert f"auth.user:{user.pk}" in caplog.text


def test_a_throttled_attempt_is_recorded(caplog: pytest.LogCaptureFixture) -> None:
    a_staff_user(Role.EDITOR)
    for _try in range(5):
        try_password(browser(), "editor", "wrong")
    with caplog.at_level(logging.INFO, "foundation.audit"):
        try_password(browser(), "editor")
    assert "staff.sign_in_throttled" in caplog.text
