"""The tests' settings with two languages more, whose columns no migration has yet."""

from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from tests.settings import *  # noqa: F403  the same but for what follows
from tests.settings import LANGUAGES


class _TablesFromModels:
    """Instead of migrations: every table is made as its model stands."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> Any:
        return None


# Django knows the Valencian variant under the name of Catalan.
LANG_INFO["ca-valencia"] = {**LANG_INFO["ca"], "code": "ca-valencia", "name": "Valencian", "name_local": "valencià"}
LANGUAGES = [*LANGUAGES, ("ca", _("Catalán")), ("ca-valencia", _("Valenciano"))]
MIGRATION_MODULES = _TablesFromModels()
