"""Nothing outside is called while a database transaction is open: its locks would last as long as the call."""

from collections.abc import Iterator

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class CalledInTransaction(RuntimeError):
    """A host was looked up or called inside ``transaction.atomic``: call it before, or after, in ``on_commit``."""


def refuse_in_transaction() -> None:
    """Raise ``CalledInTransaction`` while this thread is inside a transaction, except the one around a test.

    Django marks that one, so that ``atomic(durable=True)`` overlooks it too.
    """
    for connection in _connections():
        innermost = connection.atomic_blocks[-1] if connection.atomic_blocks else None
        if connection.in_atomic_block and not getattr(innermost, "_from_testcase", False):
            raise CalledInTransaction(connection.alias)


def release_connections() -> None:
    """Close this thread's database connections, so that waiting holds none.

    Inside a transaction, which can only be a test's own, nothing is closed.
    """
    for connection in _connections():
        if not connection.in_atomic_block:
            connection.close()


def _connections() -> Iterator[BaseDatabaseWrapper]:
    return iter(connections.all(initialized_only=True))
