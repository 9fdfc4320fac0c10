"""The user's own account: password, factors, sessions, links that work once, malformed passkeys."""

from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.cache import cache

from backoffice.roles import Role
from backoffice.sign_in.mfa_adapter import StaffMFAAdapter, enrol_totp
from backoffice.sign_in.password_links import first_password_path
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


# --- One's own account -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_ones_own_account_can_be_looked_at(role: Role) -> None:
    user = a_staff_user(role)
    enrol_totp(user, SECRET)
    client = signed_in(user)
    pages = "contrasena/ sesiones/ llaves/ llaves/nueva/ aplicacion/quitar/ recuperacion/nuevos/"
    for path in ("", *pages.split()):
        page = client.get(OWN + path)
        assert page.status_code == 200
        check(page, fragment=False)


def test_the_password_is_changed_and_must_be_a_good_one() -> None:
    user = a_staff_user(Role.EDITOR)
    client = signed_in(user)
    for bad in ("short", "password1234", "editor@example.com", "123456789012"):
        page = client.get(f"{OWN}contrasena/")
        assert errors_of(client.submit(page, oldpassword=PASSWORD, password1=bad, password2=bad)), bad
    new = "four words of no song"
    cache.clear()  # resets the limit of attempts
    page = client.get(f"{OWN}contrasena/")
    assert errors_of(client.submit(page, oldpassword="wrong", password1=new, password2=new))
    done = client.submit(page, oldpassword=PASSWORD, password1=new, password2=new, follow=True)
    assert done.status_code == 200
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get("/gestion/").status_code == 200, "this session goes on"


def test_the_other_sessions_are_ended() -> None:
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        clients = []
        for _session in range(2):
            client = browser()
            try_code(client, try_password(client, "editor"))
            clients.append(client)
            clock.shift(120)
        here, there = clients
        page = here.get(f"{OWN}sesiones/")
        assert len(parse(page).xpath("//li[contains(@class, 'row')]")) == 2
        here.submit(page, button="Cerrar las demás", follow=True)
        assert here.get("/gestion/").status_code == 200
        assert there.get("/gestion/").status_code == 302


def test_a_while_after_signing_in_a_factor_is_changed_only_by_who_confirms_to_be_there() -> None:
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        client = signed_in(user)
        clock.shift(301)
        page = client.get(f"{OWN}llaves/nueva/", follow=True)
        assert path_of(page) == f"{OWN}confirmar/"
        check(page, fragment=False)
        by_code = client.get(f"{OWN}confirmar/codigo/?next={OWN}llaves/nueva/")
        check(by_code, fragment=False)
        assert errors_of(client.submit(page, password="wrong"))
        assert path_of(client.submit(page, password=PASSWORD, follow=True)) == f"{OWN}llaves/nueva/"


def test_nobody_removes_their_last_factor() -> None:
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    client = signed_in(user)
    page = client.get(f"{OWN}aplicacion/quitar/")
    assert errors_of(page)
    token = client.cookies["csrf"].value
    client.post(f"{OWN}aplicacion/quitar/", {"csrfmiddlewaretoken": token})
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_the_secret_in_the_session_is_of_no_use_to_who_reads_the_database() -> None:
    client = with_the_password_alone(a_staff_user(Role.EDITOR))
    secret = parse(client.get(f"{OWN}aplicacion/activar/")).xpath("//code")[0].text_content()
    assert StaffMFAAdapter().decrypt(client.session[SECRET_SESSION_KEY]) == secret


# --- The link that works once ----------------------------------------------------------------------------------------


def test_a_link_lets_somebody_choose_their_password_once(client: PageClient) -> None:
    user = a_staff_user(Role.EDITOR)
    link = first_password_path(user)
    page = client.get(link, follow=True)
    check(page, fragment=False)
    new = "four words of no song"
    done = client.submit(page, new_password1=new, new_password2=new, follow=True)
    assert path_of(done) == LOGIN
    user.refresh_from_db()
    assert user.check_password(new)
    assert "ya no sirve" in text_of_page(PageClient().get(link, follow=True))


def test_a_link_of_somebody_who_left_opens_nothing() -> None:
    user = a_staff_user(Role.EDITOR)
    link = first_password_path(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert "ya no sirve" in text_of_page(PageClient().get(link, follow=True))


# --- Passkeys, as far as they go without a browser --------------------------------------------------------------------

HOSTILE = ["", "{}", "[]", "1", '"a"', "null", '{"id": 1}', '{"response": {"userHandle": "!"}}', "\x00", "{" * 2000]


@pytest.mark.parametrize("credential", HOSTILE)
def test_a_malformed_credential_is_refused(credential: str) -> None:
    user = a_staff_user(Role.EDITOR)
    enrol_totp(user, SECRET)
    stranger, inside = browser(), signed_in(user)
    page = stranger.get(LOGIN)
    answer = stranger.post(f"{OWN}llave/entrar/", {"credential": credential, "csrfmiddlewaretoken": csrf(page)})
    assert answer.headers["Location"].startswith(LOGIN)
    asked = try_password(stranger, "editor")
    answer = stranger.post(path_of(asked), {"credential": credential, "csrfmiddlewaretoken": csrf(asked)})
    assert answer.status_code == 200
    page = inside.get(f"{OWN}llaves/nueva/")
    answer = inside.post(f"{OWN}llaves/nueva/", {"credential": credential, "csrfmiddlewaretoken": csrf(page)})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_a_session_keeps_an_address_that_its_field_takes() -> None:
    enrol_totp(a_staff_user(Role.EDITOR), SECRET)
    client = PageClient(enforce_csrf_checks=True, REMOTE_ADDR="2001:db8:1:2:3::4")
    try_code(client, try_password(client, "editor"))
    session = UserSession.objects.get()
    session.clean_fields(exclude=["user_agent", "data"])
    assert session.ip.startswith("2001:db8:1")
