from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from tramites_site.migration_history import check_history


class Command(migrate.Command):
    """Django's command, which first refuses a database that was made by other migrations."""

    def handle(self, *args: Any, **options: Any) -> None:
        check_history(connections[options["database"]])
        super().handle(*args, **options)
