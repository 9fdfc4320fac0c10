"""Staff users for tests, signed in."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.models import Group, User
from django.test import Client

from backoffice.roles import Role, make_roles
from tests.pages import PageClient

PASSWORD = "a long password of the tests"


def a_staff_user(*roles: Role, name: str = "", is_superuser: bool = False) -> User:
    """Somebody of the staff with these roles; a name of their own, so that several can act in one test."""
    if not Group.objects.exists():
        make_roles()
    called = name or "-".join(roles) or "staff"
    user = User(username=called, email=f"{called}@example.com", is_staff=True, is_superuser=is_superuser)
    user.set_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def signed_in(user: User) -> PageClient:
    """Their browser, signed in with both factors; its forms need their token."""
    client = PageClient(enforce_csrf_checks=True)
    sign_in(client, user)
    return client


def with_the_password_alone(user: User) -> PageClient:
    """Their browser, in a session that has not proved a second factor."""
    client = PageClient(enforce_csrf_checks=True)
    sign_in(client, user, "password")
    return client


def sign_in(client: Client, user: User, *methods: str) -> None:
    """Have the browser in a session in which these methods were just proved, as the library writes it down."""
    client.force_login(user)
    session = client.session
    proved = [{"method": method, "at": time.time()} for method in methods or ("password", "mfa")]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = proved
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
