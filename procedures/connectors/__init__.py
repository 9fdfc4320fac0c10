"""The connector in use; chosen when it is called."""

from procedures.connectors.base import Connector
from procedures.connectors.http import HttpConnector

__all__ = ["connector"]


def connector() -> Connector:
    return HttpConnector()
