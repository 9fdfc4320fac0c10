import hashlib
import os
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from backoffice.roles import make_roles
from backoffice.sign_in.mfa_adapter import enrol_totp
from foundation import audit
from foundation.vault import check_keysets
from tramites_site.translations import compile_stale


class Command(BaseCommand):
    """Make ready what a start needs, in one process; what did not change since the last time is passed over."""

    help = "Migrate, load catalogue and questions, collect static files, compile translations, make the staff user"

    def handle(self, *args: Any, **options: Any) -> None:
        check_keysets()
        audit.check_keys()
        for directory in (settings.DATA_DIR, settings.DATA_DIR / "documents"):
            directory.mkdir(parents=True, exist_ok=True)
        compile_stale()
        self._once("migrations", _digest_of(_migrations()), self._migrate)
        self._once("catalogue", _digest_of(_catalogue()), self._load_catalogue)
        self._once("questions", _digest_of(_questions()), self._load_questions)
        self._once("static", _digest_of(_static()), self._collect)
        if settings.LOCAL:
            self._staff_user()

    def _once(self, name: str, digest: str, act: Any) -> None:
        """Do it unless the stamp says that it was done with the same sources for the same database."""
        stamp = settings.DATA_DIR / f".prepared-{name}"
        wanted = f"{digest} {connection.settings_dict['NAME']} {settings.STATIC_ROOT}"
        if stamp.is_file() and stamp.read_text() == wanted and _database_is_there():
            return
        act()
        stamp.write_text(wanted)

    def _migrate(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", settings.LOCAL_CACHE_TABLE, verbosity=0)
        make_roles()

    def _load_catalogue(self) -> None:
        call_command("load_catalogue", verbosity=0)

    def _load_questions(self) -> None:
        call_command("load_questions", verbosity=0)

    def _collect(self) -> None:
        call_command("collectstatic", interactive=False, verbosity=0, clear=False)

    def _staff_user(self) -> None:
        name, password, secret = (os.environ.get(f"STAFF_{what}", "") for what in ("USER", "PASSWORD", "TOTP_SECRET"))
        if not (name and password):
            return
        user = User.objects.filter(username=name).first() or User.objects.create_superuser(name, password=password)
        if secret:
            enrol_totp(user, secret)


def _database_is_there() -> bool:
    if connection.vendor != "sqlite":
        return "django_migrations" in connection.introspection.table_names()
    return Path(connection.settings_dict["NAME"]).is_file()


def _digest_of(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _migrations() -> list[Path]:
    return [path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/*.py")]


def _catalogue() -> list[Path]:
    folder = settings.BASE_DIR / "procedures"
    return [*folder.glob("fixtures/*.toml"), folder / "transfer/formats/toml.py"]


def _questions() -> list[Path]:
    folder = settings.BASE_DIR / "guides"
    return [*folder.glob("questions/*.toml"), folder / "question_files.py"]


def _static() -> list[Path]:
    """Our own files, and the versions of the packages that bring some."""
    own = [path for root in settings.STATICFILES_DIRS for path in Path(root).rglob("*") if path.is_file()]
    return [*own, settings.BASE_DIR / "requirements.txt"]
