"""Staff users for tests, signed in."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.models import Group, User
from django.test import Client

from backoffice.roles import Role, make_roles
from tests.pages import PageClient

PASSWORD = "a long password of the tests"


def a_staff_user(*roles: Role, name: str = "", is_superuser: bool = False) -> User:
    """Create a staff user with these roles, named after them unless ``name`` is given."""
    if not Group.objects.exists():
        make_roles()
    called = name or "-".join(roles) or "staff"
    user = User(username=called, email=f"{called}@example.com", is_staff=True, is_superuser=is_superuser)
    user.set_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def signed_in(user: User) -> PageClient:
    """Return a browser signed in with both factors, with CSRF checks on."""
    client = PageClient(enforce_csrf_checks=True)
    sign_in(client, user)
    return client


def with_the_password_alone(user: User) -> PageClient:
    """Return a browser signed in with the password alone."""
    client = PageClient(enforce_csrf_checks=True)
    sign_in(client, user, "password")
    return client


def sign_in(client: Client, user: User, *methods: str) -> None:
    """Sign in with these methods, by default both factors, as allauth records it in the session."""
    client.force_login(user)
    session = client.session
    proved = [{"method": method, "at": time.time()} for method in methods or ("password", "mfa")]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = proved
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
