"""Staff users for tests, signed in."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.models import Group, User

from backoffice.roles import Role, make_roles
from tests.pages import PageClient

PASSWORD = "a long password of the tests"


def a_staff_user(*roles: Role, name: str = "", is_superuser: bool = False) -> User:
    """Somebody of the staff with these roles; a name of their own, so that several can act in one test."""
    if not Group.objects.exists():
        make_roles()
    called = name or "-".join(roles) or "staff"
    more = {"email": f"{called}@example.com", "is_staff": True, "is_superuser": is_superuser}
    user = User.objects.create_user(called, password=PASSWORD, **more)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def signed_in(user: User) -> PageClient:
    """Their browser, signed in with both factors."""
    client = with_the_password_alone(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "username": user.get_username()},
        {"method": "mfa", "at": time.time(), "id": 1, "type": "totp"},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def with_the_password_alone(user: User) -> PageClient:
    """Their browser, in a session that has not proved a second factor."""
    client = PageClient(enforce_csrf_checks=True)
    client.force_login(user)
    return client
