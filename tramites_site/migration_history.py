"""Refuses a database that was made by other migrations than those of this version."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader


def check_history(connection: BaseDatabaseWrapper) -> None:
    """Raise `CommandError` when the database has seen migrations of ours that are gone, or in an impossible order."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    known = {*loader.disk_migrations}.union(*(migration.replaces for migration in loader.disk_migrations.values()))
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory:
        fits = False
    else:
        fits = all(migration in known for migration in loader.applied_migrations if migration[0] in ours)
    if not fits:
        name = connection.settings_dict["NAME"]
        way_out = (
            f"move {settings.DATA_DIR} aside" if connection.vendor == "sqlite" else "name an empty one in DATABASE_URL"
        )
        raise CommandError(
            f"The database {name} was made by another version of the portal, whose migrations do not fit this one's: "
            f"{way_out} and start again (nothing in it has been changed or deleted)."
        )
