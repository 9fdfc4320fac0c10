"""The connector in use; chosen when it is called."""

from accesses.connectors.base import Connector
from accesses.connectors.http import HttpConnector

__all__ = ["connector"]


def connector() -> Connector:
    return HttpConnector()
