"""The connector in use."""

from accesses.connectors.base import Connector
from accesses.connectors.http import HttpConnector

__all__ = ["connector"]


def connector() -> Connector:
    return HttpConnector()
