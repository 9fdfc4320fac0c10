"""Staff users: administrators give roles to others, and nobody changes their own."""

import logging
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from pytest_django.fixtures import DjangoAssertNumQueries

from backoffice.roles import Role, make_roles
from backoffice.sign_in.mfa_adapter import enrol_totp
from backoffice.staff.user_admin import StaffUserForm
from tests.backoffice.staff_users import PASSWORD, a_staff_user, signed_in
from tests.pages import PageClient, check, parse

pytestmark = pytest.mark.django_db

LIST = "/gestion/auth/user/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def administrator() -> PageClient:
    return signed_in(a_staff_user(Role.ADMINISTRATOR))


def of(user: User, page: str = "change/") -> str:
    return f"{LIST}{user.pk}/{page}"


def roles_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def save(client: PageClient, path: str, roles: list[Role], **fields: Any) -> Any:
    page = client.get(path)
    form = next(form for form in parse(page).forms if form.get("id") == "user_form")
    groups = [str(pk) for pk in Group.objects.filter(name__in=roles).values_list("pk", flat=True)]
    sent = {**dict(form.form_values()), "groups": groups, **fields, "_save": "1"}
    return client.post(path, {name: value for name, value in sent.items() if value is not None}, follow=True)


def errors(page: Any) -> str:
    return " ".join(parse(page).xpath("string(//ul[contains(@class, 'errorlist')])").split())


# --- Creating and changing ------------------------------------------------------------------------------------------


def test_an_administrator_creates_a_user_who_gets_a_link(administrator: PageClient, client: PageClient) -> None:
    page = save(administrator, f"{LIST}add/", [Role.EDITOR], username="ana", email="ana@example.com")
    ana = User.objects.get(username="ana")
    assert (ana.is_staff, ana.is_superuser, ana.has_usable_password()) == (True, False, False)
    assert roles_of(ana) == {Role.EDITOR}
    assert page.request["PATH_INFO"] == of(ana, "enlace/")
    shown = administrator.submit(page, button="Crear el enlace")
    assert "no-store" in shown.headers["Cache-Control"]
    link = parse(shown).xpath("//code")[0].text_content().removeprefix("http://testserver")
    form = client.get(link, follow=True)
    check(form, fragment=False)
    client.submit(form, new_password1="four words of no song", new_password2="four words of no song")
    ana.refresh_from_db()
    assert ana.check_password("four words of no song")


def test_roles_are_given_and_taken_and_recorded(administrator: PageClient, caplog: pytest.LogCaptureFixture) -> None:
    editor = a_staff_user(Role.EDITOR)
    with caplog.at_level(logging.INFO, "foundation.audit"):
        save(administrator, of(editor), [Role.APPROVER, Role.SUPPORT], is_active="on")
    assert roles_of(editor) == {Role.APPROVER, Role.SUPPORT}
    assert f"staff.roles_changed auth.user:{editor.pk}" in caplog.text


def test_nobody_changes_their_own_roles(administrator: PageClient) -> None:
    me = User.objects.get(username="administrator")
    page = administrator.get(of(me))
    assert not parse(page).xpath("//input[@name='groups' or @name='is_active']")
    save(administrator, of(me), list(Role), is_superuser="on", is_staff="on")
    me.refresh_from_db()
    assert (roles_of(me), me.is_superuser) == ({Role.ADMINISTRATOR}, False)
    for page_name in ("enlace/", "restablecer/"):
        assert administrator.get(of(me, page_name)).status_code == 403


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "user_permissions", "password"])
def test_no_form_gives_anything_but_roles(administrator: PageClient, field: str) -> None:
    editor = a_staff_user(Role.EDITOR)
    assert not parse(administrator.get(of(editor))).xpath(f"//*[@name='{field}']")
    save(administrator, of(editor), [Role.EDITOR], is_active="on", **{field: "1"})
    editor.refresh_from_db()
    assert (editor.is_superuser, editor.user_permissions.count()) == (False, 0)
    assert editor.check_password(PASSWORD)


def test_an_administrator_does_not_touch_a_superuser(administrator: PageClient) -> None:
    root = a_staff_user(name="root", is_superuser=True)
    page = administrator.get(of(root))
    assert page.status_code == 200
    assert not parse(page).xpath("//input[@name='username']")
    token = administrator.cookies["csrf"].value
    fields = {"username": "taken", "csrfmiddlewaretoken": token}
    assert administrator.post(of(root), fields).status_code == 403
    for name in ("enlace/", "restablecer/"):
        assert administrator.post(of(root, name), fields).status_code == 403
    root.refresh_from_db()
    assert root.username == "root"
    assert root.check_password(PASSWORD)


def test_a_superuser_changes_a_superuser() -> None:
    other = a_staff_user(name="other", is_superuser=True)
    client = signed_in(a_staff_user(name="root", is_superuser=True))
    save(client, of(other), [], is_active="on", first_name="Ana")
    other.refresh_from_db()
    assert (other.first_name, other.is_superuser) == ("Ana", True)


def test_the_last_administrator_stays() -> None:
    last, other = a_staff_user(Role.ADMINISTRATOR), a_staff_user(Role.ADMINISTRATOR, name="other")
    fields = {"username": "administrator", "groups": [], "is_active": "on"}
    assert StaffUserForm(fields, instance=last).is_valid(), "the other one is left"
    User.objects.filter(pk=other.pk).update(is_active=False)
    without_the_role = StaffUserForm(fields, instance=last)
    inactive = StaffUserForm({"username": "administrator", "groups": list(last.groups.all())}, instance=last)
    for form in (without_the_role, inactive):
        assert "única persona que administra" in str(form.errors)


def test_nobody_is_deleted() -> None:
    editor = a_staff_user(Role.EDITOR)
    client = signed_in(a_staff_user(name="root", is_superuser=True))
    assert client.get(of(editor, "delete/")).status_code == 403
    assert not parse(client.get(LIST)).xpath("//select[@name='action']")


def test_who_becomes_inactive_has_no_session_left(administrator: PageClient) -> None:
    editor = a_staff_user(Role.EDITOR)
    client = signed_in(editor)
    UserSession.objects.create(user=editor, session_key=client.session.session_key, ip="127.0.0.1", user_agent="a")
    save(administrator, of(editor), [Role.EDITOR], is_active=None)
    editor.refresh_from_db()
    assert not editor.is_active
    assert not UserSession.objects.filter(user=editor).exists()
    assert client.get("/gestion/").status_code == 302


def test_an_administrator_resets_the_factors_of_a_lost_phone(administrator: PageClient) -> None:
    editor = a_staff_user(Role.EDITOR)
    enrol_totp(editor, SECRET)
    page = administrator.get(of(editor, "restablecer/"))
    check(page, fragment=False)
    assert Authenticator.objects.filter(user=editor).exists(), "looking does nothing"
    administrator.submit(page, button="Restablecer")
    assert not Authenticator.objects.filter(user=editor).exists()


# --- Who may see what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR)])
def test_the_other_roles_see_nobody(role: Role) -> None:
    editor, client = a_staff_user(Role.EDITOR, name="ana"), signed_in(a_staff_user(role))
    for path in (
        LIST,
        of(editor),
        f"{LIST}add/",
        "/gestion/auth/group/",
        of(editor, "enlace/"),
        of(editor, "restablecer/"),
    ):
        assert client.get(path).status_code == 403


def test_an_auditor_looks_and_changes_nothing() -> None:
    editor, client = a_staff_user(Role.EDITOR), signed_in(a_staff_user(Role.AUDITOR))
    assert client.get(LIST).status_code == 200
    assert not parse(client.get(of(editor))).xpath("//input[@name='username' or @name='groups']")
    for path in (f"{LIST}add/", of(editor, "enlace/"), of(editor, "restablecer/")):
        assert client.get(path).status_code == 403


def test_the_roles_are_shown_with_their_people(administrator: PageClient) -> None:
    a_staff_user(Role.EDITOR, name="ana")
    page = administrator.get("/gestion/auth/group/")
    assert "ana" in page.text
    assert "Escribe organismos" in page.text


def test_allauths_admin_pages_are_not_registered() -> None:
    client = signed_in(a_staff_user(name="root", is_superuser=True))
    for model in (Authenticator, UserSession, EmailAddress):
        assert not admin.site.is_registered(model)
        assert client.get(f"/gestion/{model._meta.app_label}/{model._meta.model_name}/").status_code == 404


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_costs_the_same_however_many_there_are(
    administrator: PageClient, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        a_staff_user(Role.EDITOR, name=f"user{number}")
    administrator.get(LIST)
    with django_assert_num_queries(7):
        administrator.get(LIST)


def test_the_page_of_a_role_says_what_it_does_in_few_queries(
    administrator: PageClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    path = f"/gestion/auth/group/{Group.objects.get(name=Role.EDITOR).pk}/change/"
    with django_assert_max_num_queries(10):
        page = administrator.get(path)
    assert "Edición" in page.text


# --- The command -----------------------------------------------------------------------------------------------------


def test_the_command_makes_one_with_a_link() -> None:
    out = StringIO()
    call_command("make_staff_user", "ana", "--role", "administrator", "--link", "https://tramites.example/", stdout=out)
    ana = User.objects.get(username="ana")
    assert (ana.is_staff, ana.is_superuser, roles_of(ana)) == (True, False, {Role.ADMINISTRATOR})
    link = out.getvalue().strip()
    assert link.startswith("https://tramites.example/gestion/cuenta/alta/")
    page = PageClient().get(link.removeprefix("https://tramites.example"), follow=True)
    assert "Elige tu contraseña" in page.text


def test_the_command_asks_for_a_good_password(monkeypatch: pytest.MonkeyPatch) -> None:
    make_roles()
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "short")
    with pytest.raises(CommandError):
        call_command("make_staff_user", "ana")
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)
    call_command("make_staff_user", "ana", "--superuser")
    with pytest.raises(CommandError, match="already"):
        call_command("make_staff_user", "ana")
    assert User.objects.get(username="ana").check_password(PASSWORD)
