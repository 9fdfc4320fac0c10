"""A database of its own for a benchmark that runs in this process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def new_database() -> Iterator[None]:
    """Set up Django on a new SQLite database, which is deleted in the end with its directory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # which make the directory
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        shutil.rmtree(settings.DATA_DIR)
