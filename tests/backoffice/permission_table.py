"""Who may open each page of the back office, and submit its form: one line per page.

Roles by their letters: Editor, Approver, Operator, Support, aUditor, adMinistrator. Where nobody may, not even a
superuser, the line names all roles and the status that all get.
"""

from typing import NamedTuple

from backoffice.roles import Role

LETTERS = {
    "E": Role.EDITOR,
    "A": Role.APPROVER,
    "O": Role.OPERATOR,
    "S": Role.SUPPORT,
    "U": Role.AUDITOR,
    "M": Role.ADMINISTRATOR,
}
ALL, NOBODY = "EAOSUM", ""


class Row(NamedTuple):
    """The roles that may GET and POST; the statuses that they and superusers get, and those that all others get."""

    get: str
    post: str
    got: int = 200
    posted: int = 200
    get_refused: int = 403
    post_refused: int = 403


OPEN = {"login/", "logout/", "password_change/", "password_change/done/", "jsi18n/"}
"""Pages for signing in, which have tests of their own."""
TABLE: dict[str, Row] = {
    "": Row("EAOSUM", "EAOSUM"),
    "<app_label>/": Row("EAOSUM", "EAOSUM"),
    "atencion/": Row("S", "S"),
    "auth/group/": Row("UM", "UM"),
    "auth/group/<path:object_id>/change/": Row("UM", "EAOSUM", posted=403),
    "auth/group/<path:object_id>/delete/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "auth/group/<path:object_id>/history/": Row("UM", "UM"),
    "auth/group/add/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "auth/user/": Row("UM", "UM"),
    "auth/user/<int:pk>/enlace/": Row("M", "M"),
    "auth/user/<int:pk>/restablecer/": Row("M", "M", posted=302),
    "auth/user/<path:object_id>/change/": Row("UM", "M"),
    "auth/user/<path:object_id>/delete/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "auth/user/<path:object_id>/history/": Row("UM", "UM"),
    "auth/user/add/": Row("M", "M"),
    "autocomplete/": Row("EAOSUM", "EAOSUM", got=403, posted=405),
    "buscar/": Row("EAOSUM", "EAOSUM", posted=405),
    "django_tasks_database/dbtaskresult/": Row("", ""),
    "django_tasks_database/dbtaskresult/<path:object_id>/change/": Row("", "", got=302, posted=302),
    "django_tasks_database/dbtaskresult/<path:object_id>/delete/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "django_tasks_database/dbtaskresult/<path:object_id>/history/": Row("EAOSUM", "EAOSUM", got=302, posted=302),
    "django_tasks_database/dbtaskresult/add/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "foundation/auditentry/": Row("U", "U"),
    "foundation/auditentry/<path:object_id>/change/": Row("U", "U"),
    "foundation/auditentry/<path:object_id>/delete/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "foundation/auditentry/<path:object_id>/history/": Row("U", "U", got=404, posted=404),
    "foundation/auditentry/add/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "foundation/auditentry/copia/": Row("EAOSUM", "U", got=405, posted=404),
    "foundation/auditentry/verificar/": Row("EAOSUM", "U", got=405, posted=302),
    "guides/citizenquestion/": Row("S", "S"),
    "guides/citizenquestion/<path:object_id>/change/": Row("S", "S"),
    "guides/citizenquestion/<path:object_id>/delete/": Row("", "", posted=302),
    "guides/citizenquestion/<path:object_id>/history/": Row("S", "S"),
    "guides/citizenquestion/add/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "guides/publicquestion/": Row("ES", "ES"),
    "guides/publicquestion/<path:object_id>/change/": Row("ES", "ES"),
    "guides/publicquestion/<path:object_id>/delete/": Row("E", "E", posted=302),
    "guides/publicquestion/<path:object_id>/history/": Row("ES", "ES"),
    "guides/publicquestion/add/": Row("ES", "ES"),
    "exportar/": Row("EA", "EA", posted=422),
    "importar/": Row("E", "E", posted=422),
    "importar/<uuid:pk>/": Row("E", "EAOSUM", posted=405),
    "importar/<uuid:pk>/aplicar/": Row("EAOSUM", "E", got=405, posted=302),
    "importar/<uuid:pk>/copia/": Row("E", "EAOSUM", got=404, posted=405),
    "importar/<uuid:pk>/descartar/": Row("EAOSUM", "E", got=405, posted=302),
    "importar/<uuid:pk>/repetir/": Row("EAOSUM", "E", got=405, posted=302),
    "operacion/": Row("EAOSUM", "EAOSUM", posted=405),
    "operacion/<slug:key>.csv": Row("EAOSUM", "EAOSUM", posted=405),
    "operacion/clave/": Row("OSUM", "O", posted=302),
    "operacion/conectores/": Row("O", "O"),
    "operacion/conectores/<int:pk>/": Row("O", "O", posted=302),
    "operacion/conectores/prueba/<uuid:pk>/": Row("O", "O"),
    "operacion/enlaces/": Row("OSUM", "O", posted=302),
    "operacion/interruptores/": Row("OSUM", "O", posted=422),
    "procedures/banner/": Row("OSUM", "OSUM"),
    "procedures/banner/<path:object_id>/change/": Row("OSUM", "O"),
    "procedures/banner/<path:object_id>/delete/": Row("O", "O", posted=302),
    "procedures/banner/<path:object_id>/history/": Row("OSUM", "OSUM"),
    "procedures/banner/add/": Row("O", "O"),
    "accesses/connectorprofile/": Row("OSUM", "OSUM"),
    "accesses/connectorprofile/<path:object_id>/change/": Row("OSUM", "O"),
    "accesses/connectorprofile/<path:object_id>/delete/": Row("O", "O", posted=302),
    "accesses/connectorprofile/<path:object_id>/history/": Row("OSUM", "OSUM"),
    "accesses/connectorprofile/add/": Row("O", "O"),
    "procedures/entity/": Row("EAOSUM", "EAOSUM"),
    "procedures/entity/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/entity/<path:object_id>/delete/": Row("E", "EAOSUM", posted=403),
    "procedures/entity/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/entity/add/": Row("E", "E"),
    "procedures/externalservice/": Row("EAOSUM", "EAOSUM"),
    "procedures/externalservice/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/externalservice/<path:object_id>/delete/": Row("E", "E", posted=302),
    "procedures/externalservice/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/externalservice/add/": Row("E", "E"),
    "procedures/lifeevent/": Row("EAOSUM", "EAOSUM"),
    "procedures/lifeevent/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/lifeevent/<path:object_id>/delete/": Row("E", "E", posted=302),
    "procedures/lifeevent/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/lifeevent/add/": Row("E", "E"),
    "procedures/procedure/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedure/<int:pk>/clone/": Row("E", "E"),
    "procedures/procedure/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/procedure/<path:object_id>/delete/": Row("E", "EAOSUM", posted=403),
    "procedures/procedure/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedure/add/": Row("E", "E"),
    "procedures/procedureversion/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedureversion/<int:pk>/compare/": Row("EAOSUM", "EAOSUM", posted=405),
    "procedures/procedureversion/<int:pk>/form-preview/": Row("EAOSUM", "EAOSUM", got=405),
    "procedures/procedureversion/<int:pk>/preview/": Row("EAOSUM", "EAOSUM", posted=405),
    "procedures/procedureversion/<int:pk>/preview/page/": Row("EAOSUM", "EAOSUM", posted=405),
    "procedures/procedureversion/<int:pk>/preview/start/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedureversion/<int:pk>/review/": Row("EAOSUM", "EAOSUM", posted=405),
    "procedures/procedureversion/<int:pk>/restore/": Row("EAOSUM", "E", got=405, posted=302),
    "procedures/procedureversion/<int:pk>/step/<slug:key>/": Row("EAOSUM", "EAOSUM", got=405, posted=403),
    "procedures/procedureversion/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/procedureversion/<path:object_id>/delete/": Row("E", "E", posted=302),
    "procedures/procedureversion/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedureversion/add/": Row("E", "E"),
    "procedures/procedureversion/form-preview/": Row("EAOSUM", "EAOSUM", got=405),
    "procedures/synonym/": Row("EAOSUM", "EAOSUM"),
    "procedures/synonym/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/synonym/<path:object_id>/delete/": Row("E", "E", posted=302),
    "procedures/synonym/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/synonym/add/": Row("E", "E"),
    "procedures/zeroresultsearch/": Row("EAOSUM", "EAOSUM"),
    "procedures/zeroresultsearch/<path:object_id>/change/": Row("EAOSUM", "EAOSUM", posted=403),
    "procedures/zeroresultsearch/<path:object_id>/delete/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "procedures/zeroresultsearch/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/zeroresultsearch/add/": Row("EAOSUM", "EAOSUM", got=403, posted=403),
    "r/<path:content_type_id>/<path:object_id>/": Row("EAOSUM", "EAOSUM", got=404, posted=404),
}
ACTIONS: dict[str, dict[str, str]] = {
    "guides.publicquestion": {"delete_selected": "E"},
    "procedures.banner": {"delete_selected": "O"},
    "accesses.connectorprofile": {"delete_selected": "O"},
    "procedures.entity": {"delete_selected": "E"},
    "procedures.externalservice": {"delete_selected": "E", "hide": "E", "show": "E"},
    "procedures.lifeevent": {"delete_selected": "E", "hide": "E", "show": "E"},
    "procedures.procedure": {"delete_selected": "E"},
    "procedures.procedureversion": {"copy_to_draft": "E", "delete_selected": "E", "publish": "A", "submit": "E"},
    "procedures.synonym": {"delete_selected": "E", "leave_out": "E", "use": "E"},
}
"""The roles that are offered each action of the lists."""
STEPS = {"submit": "E", "approve": "A", "publish": "A", "schedule": "A", "send_back": "A", "retire": "A"}
"""The roles that may take each workflow step of a version."""
