"""The roles of the staff: groups whose permissions are set anew after every migration."""

import logging
from enum import StrEnum
from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class Role(StrEnum):
    """The names of the groups."""

    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    SUPPORT = "support"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.EDITOR: (_("Edición"), _("Escribe organismos, trámites, versiones y preguntas")),
    Role.APPROVER: (_("Aprobación"), _("Revisa, aprueba y publica lo que otra persona ha escrito")),
    Role.OPERATOR: (_("Operación"), _("Cierra, abre y conecta; pone avisos y prueba conectores")),
    Role.SUPPORT: (_("Atención"), _("Busca accesos por su referencia y responde preguntas")),
    Role.AUDITOR: (_("Auditoría"), _("Lee el registro y quién tiene cada papel")),
    Role.ADMINISTRATOR: (_("Administración"), _("Da de alta al personal y le pone papeles")),
}
"""The name and the description of each role."""

_EVERYTHING = ("view", "add", "change", "delete")


def _on(app: str, models: str, actions: tuple[str, ...]) -> set[str]:
    return {f"{app}.{action}_{model}" for model in models.split() for action in actions}


_CATALOGUE = "entity procedure procedureversion requireddatum lifeevent lifeeventstep synonym externalservice"
_OPERATION = "operatorswitch banner"
_VIEW_CATALOGUE = _on("procedures", _CATALOGUE + " zeroresultsearch", ("view",))
_VIEW_OPERATION = (
    _on("procedures", _OPERATION, ("view",))
    | _on("accesses", "connectorprofile", ("view",))
    | {"backoffice.view_outsidelink", "backoffice.view_dashboard"}
)

PERMISSIONS: dict[Role, set[str]] = {
    Role.EDITOR: _on("procedures", _CATALOGUE, _EVERYTHING)
    | _VIEW_CATALOGUE
    | _on("guides", "publicquestion", _EVERYTHING)
    | {"procedures.import_catalogue", "procedures.export_catalogue", "backoffice.view_dashboard"},
    Role.APPROVER: _VIEW_CATALOGUE
    | {
        "procedures.approve_procedureversion",
        "procedures.publish_procedureversion",
        "procedures.export_catalogue",
        "backoffice.view_dashboard",
    },
    Role.OPERATOR: _VIEW_CATALOGUE
    | _VIEW_OPERATION
    | _on("procedures", _OPERATION, _EVERYTHING)
    | _on("accesses", "connectorprofile", _EVERYTHING)
    | {"procedures.test_connector"},
    Role.SUPPORT: _VIEW_CATALOGUE
    | _VIEW_OPERATION
    | _on("guides", "citizenquestion", ("view", "change"))
    | _on("guides", "publicquestion", ("view", "add", "change"))
    | {"accesses.look_up_access"},
    Role.AUDITOR: _VIEW_CATALOGUE
    | _VIEW_OPERATION
    | _on("auth", "user group", ("view",))
    | _on("foundation", "auditentry", ("view", "export")),
    Role.ADMINISTRATOR: _VIEW_CATALOGUE
    | _VIEW_OPERATION
    | _on("auth", "user", _EVERYTHING)
    | _on("auth", "group", ("view",)),
}


def make_roles() -> None:
    """Give each role's group exactly its permissions; those that do not exist yet are logged and left out."""
    codes = {
        f"{app}.{codename}": pk
        for app, codename, pk in Permission.objects.values_list("content_type__app_label", "codename", "pk")
    }
    for role, permissions in PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=role.value)
        group.permissions.set([codes[code] for code in permissions & codes.keys()])
    if missing := set().union(*PERMISSIONS.values()) - codes.keys():
        logger.warning("Permissions that do not exist (yet): %s", ", ".join(sorted(missing)))


def update_roles(*, app_config: Any, apps: Any = installed_apps, **_migrated: Any) -> None:
    """Receive ``post_migrate``: update the roles once the last app has created its permissions."""
    last_app = [config.label for config in installed_apps.get_app_configs() if config.models_module is not None][-1]
    if app_config.label == last_app and any(model._meta.label == "auth.Group" for model in apps.get_models()):
        make_roles()
