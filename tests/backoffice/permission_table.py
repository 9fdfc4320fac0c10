"""Who may open each page of the back office, and send its form: one line a page.

Roles by their letters: Editor, Approver, Operator, Support, aUditor, adMinistrator. Where nobody may, not even a
superuser, the line names all of them and the status that all get.
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
    """``get`` and ``post``: whose; then the status that those, and a superuser, get, and the one of all others."""

    get: str
    post: str
    got: int = 200
    posted: int = 200
    get_refused: int = 403
    post_refused: int = 403


OPEN = {"login/", "logout/", "password_change/", "password_change/done/", "jsi18n/"}
"""Pages of one's own way in, which are tested with it."""
TABLE: dict[str, Row] = {
    "": Row("EAOSUM", "EAOSUM"),
    "<app_label>/": Row("EAOSUM", "EAOSUM"),
    "auth/group/": Row("UM", "UM"),
    "auth/group/<path:object_id>/change/": Row("UM", ""),
    "auth/group/<path:object_id>/delete/": Row("", "", posted=302),
    "auth/group/<path:object_id>/history/": Row("UM", "UM"),
    "auth/group/add/": Row("", ""),
    "auth/user/": Row("UM", "UM"),
    "auth/user/<id>/password/": Row("M", "M"),
    "auth/user/<path:object_id>/change/": Row("UM", "M"),
    "auth/user/<path:object_id>/delete/": Row("M", "M", posted=302),
    "auth/user/<path:object_id>/history/": Row("UM", "UM"),
    "auth/user/add/": Row("M", "M"),
    "autocomplete/": Row("EAOSUM", "EAOSUM", got=403, posted=405),
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
    "procedures/entity/": Row("EAOSUM", "EAOSUM"),
    "procedures/entity/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/entity/<path:object_id>/delete/": Row("E", "EAOSUM", posted=403),
    "procedures/entity/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/entity/add/": Row("E", "E"),
    "procedures/lifeevent/": Row("EAOSUM", "EAOSUM"),
    "procedures/lifeevent/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/lifeevent/<path:object_id>/delete/": Row("E", "E", posted=302),
    "procedures/lifeevent/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/lifeevent/add/": Row("E", "E"),
    "procedures/procedure/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedure/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/procedure/<path:object_id>/delete/": Row("E", "EAOSUM", posted=403),
    "procedures/procedure/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedure/add/": Row("E", "E"),
    "procedures/procedureversion/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedureversion/<path:object_id>/change/": Row("EAOSUM", "E"),
    "procedures/procedureversion/<path:object_id>/delete/": Row("E", "E", posted=302),
    "procedures/procedureversion/<path:object_id>/history/": Row("EAOSUM", "EAOSUM"),
    "procedures/procedureversion/add/": Row("E", "E"),
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
    "auth.group": {"delete_selected": ""},
    "auth.user": {"delete_selected": "M"},
    "guides.citizenquestion": {"delete_selected": ""},
    "guides.publicquestion": {"delete_selected": "E"},
    "procedures.entity": {"delete_selected": "E"},
    "procedures.lifeevent": {"delete_selected": "E"},
    "procedures.procedure": {"delete_selected": "E"},
    "procedures.procedureversion": {"copy_to_draft": "E", "delete_selected": "E", "publish": "E"},
    "procedures.synonym": {"delete_selected": "E"},
}
"""The actions of the lists, and whose they are."""
