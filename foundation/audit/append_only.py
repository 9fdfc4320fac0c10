"""The PostgreSQL trigger that refuses to change or delete an entry of the audit log; part of the first migration.

TRUNCATE, with which tests empty tables, fires no row trigger.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FORBID = """
CREATE FUNCTION foundation_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON foundation_auditentry
FOR EACH ROW EXECUTE FUNCTION foundation_audit_is_append_only();
"""
ALLOW = """
DROP TRIGGER audit_is_append_only ON foundation_auditentry;
DROP FUNCTION foundation_audit_is_append_only();
"""


def forbid_changes(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORBID)


def allow_changes(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALLOW)
