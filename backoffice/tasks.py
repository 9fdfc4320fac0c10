"""The back office's work in the background; the schedule looks here."""

from backoffice.exchange import tasks as exchange
from backoffice.operation import link_checks
from backoffice.operation import tasks as operation

__all__ = ["exchange", "link_checks", "operation"]
