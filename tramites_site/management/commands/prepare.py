import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from backoffice.roles import make_roles
from backoffice.sign_in.mfa_adapter import enrol_totp
from foundation import audit
from foundation.vault import check_keysets
from tramites_site.local_staff import COLLEAGUES, totp_secret
from tramites_site.preparation import PARTS, note_prepared, stale_parts
from tramites_site.translations import compile_stale


class Command(BaseCommand):
    """Prepare what a start needs, in one process; what has not changed since the last time is passed over."""

    help = "Migrate, load catalogue and questions, collect static files, compile translations, make the staff users"

    def handle(self, *args: Any, **options: Any) -> None:
        check_keysets()
        audit.check_keys()
        for directory in (settings.DATA_DIR, settings.DATA_DIR / "documents"):
            directory.mkdir(parents=True, exist_ok=True)
        stale = stale_parts(settings.BASE_DIR, settings.DATA_DIR) if _is_migrated() else list(PARTS)
        for part, prepare in PREPARE.items():
            if part in stale:
                prepare()
        note_prepared(settings.BASE_DIR, settings.DATA_DIR)


def _is_migrated() -> bool:
    return "django_migrations" in connection.introspection.table_names()


def _make_database() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", settings.LOCAL_CACHE_TABLE, verbosity=0)
    make_roles()


def make_staff_users() -> None:
    """Make the local staff users, and have their codes made of the secret that is set now."""
    name, password, secret = (os.environ.get(f"STAFF_{what}", "") for what in ("USER", "PASSWORD", "TOTP_SECRET"))
    if settings.LOCAL and name and password:
        for username in dict.fromkeys((name, *COLLEAGUES)):
            user = User.objects.filter(username=username).first()
            if user is None:
                user = User.objects.create_user(username, None, password, is_staff=True, is_superuser=username == name)
                user.groups.set(Group.objects.filter(name=username))
            if secret and (username == name or user.check_password(password)):  # not somebody else of this name
                enrol_totp(user, totp_secret(username, name, secret))


PREPARE: dict[str, Callable[[], object]] = {
    "translations": compile_stale,
    "data": _make_database,
    "catalogue": lambda: call_command("load_catalogue", verbosity=0),
    "questions": lambda: call_command("load_questions", verbosity=0),
    "static": lambda: call_command("collectstatic", interactive=False, verbosity=0, clear=False),
    "staff": make_staff_users,
}
"""How each part is prepared, in this order."""
