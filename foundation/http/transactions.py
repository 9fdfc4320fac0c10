"""Nothing outside is called while a database transaction is open: its locks would last as long as the call."""

from django.db import connections


class CalledInTransaction(RuntimeError):
    """A host was looked up or called inside ``transaction.atomic``; it belongs before, or into ``on_commit``."""


def release_connections() -> None:
    """Close this thread's database connections, since what comes may last; raise ``CalledInTransaction`` inside one.

    The transaction around a test, which Django marks for ``atomic(durable=True)``, is overlooked and stays open.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
        elif not (connection.atomic_blocks and getattr(connection.atomic_blocks[-1], "_from_testcase", False)):
            raise CalledInTransaction(connection.alias)
