"""What the database holds, byte by byte."""

from django.db import connection, models


def raw_bytes(row: models.Model) -> bytes:
    """Return everything that the database holds of a row."""
    table = connection.ops.quote_name(row._meta.db_table)
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [key])  # noqa: S608  the table's own name
        values = cursor.fetchone()
    return b"|".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in values)
