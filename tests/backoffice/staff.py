"""Staff users for tests, signed in."""

from django.contrib.auth.models import Group, User

from backoffice.roles import Role, make_roles
from tests.pages import PageClient


def a_staff_user(*roles: Role, name: str = "", is_superuser: bool = False) -> User:
    """Somebody of the staff with these roles; a name of their own, so that several can act in one test."""
    if not Group.objects.exists():
        make_roles()
    called = name or "-".join(roles) or "staff"
    user = User.objects.create_user(called, email=f"{called}@example.com", is_staff=True, is_superuser=is_superuser)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def signed_in(user: User) -> PageClient:
    """Their browser, signed in with both factors."""
    client = PageClient(enforce_csrf_checks=True)
    client.force_login(user)
    return client
