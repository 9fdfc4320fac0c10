"""The roles of the staff, as groups with permissions; ``make_roles`` brings the groups up to date after a migration."""

from enum import StrEnum

from django.contrib.auth.models import Group, Permission

_EVERYTHING = ("view", "add", "change", "delete")


class Role(StrEnum):
    """The names of the groups."""

    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    SUPPORT = "support"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


def _on(app: str, models: str, actions: tuple[str, ...]) -> set[str]:
    return {f"{app}.{action}_{model}" for model in models.split() for action in actions}


_CATALOGUE = "entity procedure procedureversion requireddatum lifeevent lifeeventstep synonym"
_OPERATION = "operatorswitch banner connectorprofile"
_SEE_CATALOGUE = _on("procedures", _CATALOGUE + " zeroresultsearch", ("view",))
_SEE_OPERATION = _on("procedures", _OPERATION, ("view",)) | {"backoffice.view_outsidelink", "backoffice.view_dashboard"}

PERMISSIONS: dict[Role, set[str]] = {
    Role.EDITOR: _on("procedures", _CATALOGUE, _EVERYTHING)
    | _SEE_CATALOGUE
    | _on("guides", "publicquestion", _EVERYTHING)
    | {"procedures.import_catalogue", "procedures.export_catalogue", "backoffice.view_dashboard"},
    Role.APPROVER: _SEE_CATALOGUE
    | {
        "procedures.approve_procedureversion",
        "procedures.publish_procedureversion",
        "procedures.export_catalogue",
        "backoffice.view_dashboard",
    },
    Role.OPERATOR: _SEE_CATALOGUE
    | _SEE_OPERATION
    | _on("procedures", _OPERATION, _EVERYTHING)
    | {"procedures.test_connector"},
    Role.SUPPORT: _SEE_CATALOGUE
    | _SEE_OPERATION
    | _on("guides", "citizenquestion", ("view", "change"))
    | _on("guides", "publicquestion", ("view", "add", "change"))
    | {"procedures.look_up_access"},
    Role.AUDITOR: _SEE_CATALOGUE | _SEE_OPERATION | _on("auth", "user group", ("view",)),
    Role.ADMINISTRATOR: _SEE_CATALOGUE
    | _SEE_OPERATION
    | _on("auth", "user", _EVERYTHING)
    | _on("auth", "group", ("view",)),
}


def make_roles() -> None:
    """Give each role's group exactly its permissions."""
    codes = {
        f"{app}.{codename}": pk
        for app, codename, pk in Permission.objects.values_list("content_type__app_label", "codename", "pk")
    }
    for role, wanted in PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=role.value)
        group.permissions.set([codes[code] for code in wanted])
